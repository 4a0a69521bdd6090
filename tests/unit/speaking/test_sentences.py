"""Where a text is cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.speaking.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello. World!", ["Hello.", "World!"]),
        ("Is it? Yes.", ["Is it?", "Yes."]),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones.", "They left."]),
        ("J. R. Jones came. He sat.", ["J. R. Jones came.", "He sat."]),
        ("It costs 3.50. Take 2.", ["It costs 3.50.", "Take 2."]),
        ('He said: "Go!" she went.', ['He said: "Go!" she went.']),
        ('"Hello!" She left.', ['"Hello!"', "She left."]),
        ("Wait... what", ["Wait... what"]),
        ("Wait... What", ["Wait...", "What"]),
        ("at 3 p.m. on Monday", ["at 3 p.m. on Monday"]),
        ("No. 5 is alive", ["No. 5 is alive"]),
        ("One\nline. Two", ["One\nline.", "Two"]),
        ("Title\n\nText", ["Title", "Text"]),
        ("你好。再见。", ["你好。", "再见。"]),
        ("no end", ["no end"]),
        ("  \n ", []),
        ("...", ["..."]),
    ],
)
def test_it_is_cut_there(text: str, parts: list[str]) -> None:
    assert sentences(text, "en-US") == parts


def test_a_title_is_of_a_language() -> None:
    assert len(sentences("El Sr. López vino.", "es-ES")) == 1
    assert len(sentences("El Sr. López vino.", "it-IT")) == 2


def test_a_long_sentence_is_cut_where_one_breathes() -> None:
    words = "and then we went on, past the mill and the two old barns, " * 8
    parts = sentences(words, "en-US", max_chars=100, first_chars=60)
    assert len(parts[0]) <= 60
    assert all(len(part) <= 100 for part in parts)
    assert all(part.endswith(",") for part in parts)


def test_a_word_without_end_is_cut_anywhere() -> None:
    assert [len(part) for part in sentences("x" * 250, "en-US", max_chars=100, first_chars=60)] == [60, 100, 90]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aB .,!?\n\"'1。", max_size=400))
def test_nothing_is_lost_and_nothing_is_long(text: str) -> None:
    parts = sentences(text, "en-US", max_chars=50, first_chars=30)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= 50 and part == part.strip() for part in parts)
