"""Slots as character offsets, from tags and from brackets."""

from __future__ import annotations

import pytest

from allears.data.recipes._slots import slots_of_brackets, slots_of_tags


def test_tags_become_spans_of_the_joined_text() -> None:
    tokens = "from san jose to boston at nine".split()
    slots = slots_of_tags(tokens, "O B-from I-from O B-to O I-time".split())
    assert [(slot["slot"], slot["value"]) for slot in slots] == [
        ("from", "san jose"), ("to", "boston"), ("time", "nine"),
    ]  # fmt: skip
    text = " ".join(tokens)
    assert all(text[slot["start"] : slot["end"]] == slot["value"] for slot in slots)


def test_two_slots_of_one_name_side_by_side_stay_two() -> None:
    slots = slots_of_tags(["a", "b", "c"], ["B-x", "B-x", "I-x"])
    assert [slot["value"] for slot in slots] == ["a", "b c"]


def test_an_inside_after_outside_begins_a_new_slot() -> None:
    assert [slot["value"] for slot in slots_of_tags(["a", "b", "c"], ["B-x", "O", "I-x"])] == ["a", "c"]


def test_brackets_become_spans() -> None:
    text, slots = slots_of_brackets("play [song_name : hey jude] by [artist : the beatles]")
    assert text == "play hey jude by the beatles"
    assert [text[slot["start"] : slot["end"]] for slot in slots] == ["hey jude", "the beatles"]


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 tokens and 1 tags"):
        slots_of_tags(["a", "b"], ["O"])
