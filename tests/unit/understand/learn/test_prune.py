from __future__ import annotations

from pathlib import Path

import pytest

from allears.understand.learn.prune import prune, read_vocabulary
from allears.understand.pieces import WordPieces
from tests.unit.understand.tiny_text import write_bert

FULL = [
    "[PAD]",
    "[unused0]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *"abc",
    "##a",
    "##b",
    "##c",
    "the",
    "cab",
    "abba",
    "##ab",
]


def test_letters_then_what_is_used_then_what_is_common() -> None:
    kept = prune(FULL, ["abba", "abba"], 12)
    assert kept == [*FULL[:1], *FULL[2:5], "[MASK]", *"abc", "##a", "##b", "##c", "abba"]
    assert "[unused0]" not in kept, "the earliest of the big vocabulary fills what is left, unused ones never"


def test_every_word_can_still_be_written() -> None:
    small = WordPieces(prune(FULL, [], 10))
    assert [small.vocabulary[i] for i in small.split(["cab"]).numbers[1:-1]] == ["c", "##a", "##b"]


def test_no_room_for_the_letters() -> None:
    with pytest.raises(ValueError, match="no room for 6 letters"):
        prune(FULL, [], 9)


def test_a_tokenizer_file_is_read(tmp_path: Path) -> None:
    assert write_bert(tmp_path) == read_vocabulary(tmp_path / "tokenizer.json")
    with pytest.raises(ValueError, match=r"no tokenizer.json of word pieces"):
        read_vocabulary(tmp_path / "none.json")
    (tmp_path / "bpe.json").write_text('{"model": []}')
    with pytest.raises(ValueError, match=r"no tokenizer.json of word pieces"):
        read_vocabulary(tmp_path / "bpe.json")
