"""What a CTC task spells with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.decode.spelling import SPACE
from allears.parts.units import Characters, Pieces, train_pieces

TEXTS = ("the cat sat on the mat", "The dog sat, too!", "a cat and a dog", "the mat on the cat")


def _text(units: Characters | Pieces, numbers: list[int]) -> str:
    return "".join(units.names[n] for n in numbers).replace(SPACE, " ").strip()


def test_characters_are_those_of_the_texts_behind_the_blank_and_the_space() -> None:
    units = Characters(["Ab", "b'!"])
    assert units.names == ("", SPACE, "'", "a", "b")
    assert units.encode("ab ba") == [3, 4, 1, 4, 3]
    assert units.encode("abc") is None
    with pytest.raises(ValueError, match="each: character"):
        Characters(["!", "  "])


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_pieces_come_back_as_text(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("tokenizers", reason="needs the extra `train`")
    path = tmp_path / "made" / "pieces.json"
    pieces = train_pieces(TEXTS, path, size=40, kind=kind)  # type: ignore[arg-type]
    units = Pieces(path)
    assert units.names == ("", *pieces)
    numbers = units.encode("the cat sat on a dog")
    assert numbers is not None and 0 not in numbers
    assert _text(units, numbers) == "the cat sat on a dog"
    if kind == "bpe":  # a unigram model of so little text keeps to letters
        assert len(numbers) < len("the cat sat on a dog")
    assert units.encode("the q") is None
    assert [p.name for p in path.parent.iterdir()] == ["pieces.json"]


def test_no_text_and_no_tokenizer_are_told(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    with pytest.raises(ValueError, match="no text to cut"):
        train_pieces(["..."], tmp_path / "p.json")
    (tmp_path / "x.json").write_text(json.dumps({"model": {}}))
    for name in ("x.json", "missing.json"):
        with pytest.raises(ValueError, match=r"not a tokenizer\.json of unigram or BPE pieces"):
            Pieces(tmp_path / name)
