from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from allears.understand.learn.sentences import read_examples, tags_of_slots
from allears.understand.words import split_words


def _write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_spans_become_tags_whatever_the_punctuation() -> None:
    words = split_words('wake me at "nine am", please')
    assert tags_of_slots(words, [{"slot": "time", "start": 11, "end": 20}]) == ("O", "O", "O", "B-time", "I-time", "O")


def test_of_values_that_overlap_the_first_has_the_word() -> None:
    slots = [{"slot": "b", "start": 4, "end": 13}, {"slot": "a", "start": 0, "end": 8}]
    assert tags_of_slots(split_words("one two three"), slots) == ("B-a", "I-a", "B-b")


def test_rows_of_all_sorts(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "s.jsonl",
        {"text": "a b.", "tokens": ["a", "b."], "tags": ["O", "B-x"], "intent": "i"},
        {"text": "c d", "slots": [], "intent": "j", "scenario": "s"},
        {"text": "e", "intent": "oos", "oos": True},
        {"text": "f"},
    )
    tagged, plain, outside, bare = read_examples(path)
    assert tagged.words == ("a", "b") and tagged.tags == ("O", "B-x") and tagged.is_in_scope is True
    assert plain.tags == ("O", "O") and plain.fields == {"scenario": "s"}
    assert outside.intent is None and outside.is_in_scope is False
    assert bare.tags is None and bare.intent is None and bare.is_in_scope is None


def test_a_split_is_picked(tmp_path: Path) -> None:
    path = _write(tmp_path / "s.jsonl", {"text": "a", "split": "train"}, {"text": "b", "split": "dev"})
    assert [e.words for e in read_examples(path, "dev")] == [("b",)]
    with pytest.raises(ValueError, match="no usable sentence of the split 'test'"):
        read_examples(path, "test")


def test_bad_rows_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = _write(tmp_path / "s.jsonl", {"text": "a"}, {"text": " "}, {"text": "a b", "tokens": ["a"], "tags": []})
    with caplog.at_level(logging.WARNING):
        assert len(read_examples(path)) == 1
    assert "left out 1 sentences: no text" in caplog.text
    assert "left out 1 sentences: another number of tags than words" in caplog.text


def test_no_file_and_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allears data prepare"):
        read_examples(tmp_path / "none.jsonl")
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n")
    with pytest.raises(ValueError, match=r"bad.jsonl:1 is no JSON object"):
        read_examples(bad)
