from __future__ import annotations

import random
from pathlib import Path

import pytest

from allears.understand.pieces import WordPieces, basic_parts

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "play", "##ing", "un", "##play", "'", "s", "a", "##a", "e", "cafe"]


def _pieces(text: str) -> list[str]:
    pieces = WordPieces(VOCABULARY)
    return [VOCABULARY[i] for i in pieces.split(text.split()).numbers[1:-1]]


def test_the_longest_piece_is_taken() -> None:
    assert _pieces("unplaying") == ["un", "##play", "##ing"]


def test_case_and_accents_change_nothing() -> None:
    assert _pieces("CAF\u00c9") == ["cafe"]


def test_a_part_that_cannot_be_written_is_one_unknown_piece() -> None:
    assert _pieces("playz a") == ["[UNK]", "a"]
    assert _pieces("\u0301") == ["[UNK]"], "a lone accent has no part at all, and is a word still"
    assert _pieces("a" * 65) == ["[UNK]"]
    assert _pieces("a" * 64) == ["a", *["##a"] * 63]


def test_words_know_their_first_piece() -> None:
    split = WordPieces(VOCABULARY).split(["play's", "unplay", "a"])
    assert split.first == (1, 4, 6)
    assert split.numbers[0] == VOCABULARY.index("[CLS]") and split.numbers[-1] == VOCABULARY.index("[SEP]")


def test_what_is_too_long_is_cut() -> None:
    split = WordPieces(VOCABULARY).split(["unplaying", "a", "a"])
    assert split.cut(7) == split and len(split.numbers) == 7
    assert split.cut(6).numbers == (*split.numbers[:5], split.numbers[-1]) and split.cut(6).first == (1, 4)
    assert split.cut(3).first == (1,), "a word may lose its end"


def test_a_file_gives_the_same_pieces(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.txt"
    path.write_text("".join(f"{piece}\n" for piece in VOCABULARY), encoding="utf-8")
    assert WordPieces.load(path).vocabulary == tuple(VOCABULARY)


@pytest.mark.parametrize("bad", [VOCABULARY[1:], [*VOCABULARY, "a"]])
def test_a_damaged_vocabulary_is_refused(bad: list[str]) -> None:
    with pytest.raises(ValueError, match=r"each piece once.*take the file that was exported"):
        WordPieces(bad)


def test_the_same_as_the_reference() -> None:
    """Against the `tokenizers` library's own BERT, on random text of letters, marks, digits and other scripts."""
    tokenizers = pytest.importorskip("tokenizers", reason="an independent WordPiece: install the extra `train`")
    vocabulary = [*VOCABULARY, *"bcdfg", *(f"##{c}" for c in "bcdefgs12"), "1", "2", ".", "-", "&"]
    theirs = tokenizers.BertWordPieceTokenizer(vocab={p: i for i, p in enumerate(vocabulary)}, lowercase=True)
    ours, draw = WordPieces(vocabulary), random.Random(0)
    for _ in range(300):
        text = "".join(draw.choice("abcdefgs12 '.-&\u00e9\u4e2d\u0130A\u200b") for _ in range(draw.randrange(1, 30)))
        words = text.split()
        if not all(basic_parts(word) for word in words):
            continue  # a word of no part is a piece to us and nothing to BERT
        assert list(ours.split(words).numbers) == theirs.encode(" ".join(words)).ids, repr(text)
