"""Pieces of words that a text decoder has a token for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from allears.decode.spelling import SPACE
from allears.parts.decoder_pieces import choose_pieces, write_pieces
from allears.parts.readout_start import vocabulary_of
from allears.parts.units import LongestPieces, Pieces
from allears.runtime.model_folder import DEFAULT_MODEL

TEXTS = ("The cat sat on the mat.", "The courtiers' cat!", "the mat on the cat")


def test_frequent_words_are_one_piece_and_all_letters_are_there() -> None:
    pieces = choose_pieces(TEXTS, vocabulary_of(DEFAULT_MODEL), least=2)
    assert pieces[:2] == (f"{SPACE}the", f"{SPACE}cat")
    assert f"{SPACE}sat" not in pieces
    assert {"u", f"{SPACE}u", "'"} <= set(pieces)
    assert SPACE not in pieces


def test_no_text_is_told() -> None:
    with pytest.raises(ValueError, match="no text to choose pieces by"):
        choose_pieces(["..."], vocabulary_of(DEFAULT_MODEL))


def test_a_file_and_a_list_of_pieces_cut_alike(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="needs the extra `train`")
    pieces = choose_pieces(TEXTS, vocabulary_of(DEFAULT_MODEL), least=2)
    write_pieces(pieces, tmp_path / "pieces.json")
    file, plain = Pieces(tmp_path / "pieces.json"), LongestPieces(pieces)
    assert file.names == plain.names == ("", *pieces)
    for text in ("the cat sat", "o mattress", "courtiers'"):
        numbers = plain.encode(text)
        assert numbers == file.encode(text)
        assert numbers is not None
        assert "".join(plain.names[n] for n in numbers).replace(SPACE, " ").strip() == text
    assert plain.encode("the q") is file.encode("the q") is None
    with pytest.raises(ValueError, match="give each once"):
        LongestPieces(["a", "a"])


def test_the_command_reads_training_texts_alone(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="needs the extra `train`")
    rows = [{"text": "cat cat cat", "split": "train"}, {"text": "dog dog dog", "split": "test"}, {"audio": "x.wav"}]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, rows)))
    command = [sys.executable, "-m", "allears.parts.decoder_pieces", str(DEFAULT_MODEL)]
    subprocess.run([*command, str(tmp_path / "p.json"), str(tmp_path / "m.jsonl")], check=True, capture_output=True)
    names = Pieces(tmp_path / "p.json").names
    assert f"{SPACE}cat" in names
    assert "d" not in names
