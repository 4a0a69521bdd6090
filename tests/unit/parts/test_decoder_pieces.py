"""Pieces of words that a text decoder has a token for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from allears.decode.spelling import SPACE
from allears.parts.decoder_pieces import _texts, choose_pieces, write_pieces
from allears.parts.readout import ReadoutHead
from allears.parts.readout_start import start_readout, vocabulary_of
from allears.parts.units import LongestPieces, Pieces
from allears.runtime.model_folder import DEFAULT_MODEL

TEXTS = ("The cat sat on the mat.", "The courtiers' cat!", "the mat on the cat")


def test_frequent_words_are_one_piece_and_all_letters_are_there() -> None:
    pieces = choose_pieces(TEXTS, vocabulary_of(DEFAULT_MODEL), least=2)
    assert pieces[:2] == (f"{SPACE}the", f"{SPACE}cat")
    assert f"{SPACE}sat" not in pieces
    assert {"u", f"{SPACE}u", "'"} <= set(pieces)
    assert SPACE not in pieces


def test_words_of_a_list_are_pieces_if_they_are_one_token_and_names_lose_their_capital() -> None:
    words = ("Blood", "margaret", "xylophonist", "sat", "42")
    pieces = choose_pieces(TEXTS * 9 + ("quick brown foxes jumped by dozens while big vans guzzle",) * 3,
                           vocabulary_of(DEFAULT_MODEL), words=words)  # fmt: skip
    assert {f"{SPACE}blood", f"{SPACE}margaret", f"{SPACE}sat"} <= set(pieces)
    assert not {f"{SPACE}xylophonist", f"{SPACE}Blood", f"{SPACE}42"} & set(pieces)
    assert len(set(pieces)) == len(pieces)
    head = ReadoutHead(512, len(pieces) + 1, hidden=2)
    start_readout(head, ("", *pieces), DEFAULT_MODEL)  # each has a row
    with pytest.raises(ValueError, match="1 units are no tokens"):
        start_readout(ReadoutHead(512, 2, hidden=2), ("", f"{SPACE}xylophonist"), DEFAULT_MODEL)


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
    (tmp_path / "words.dict").write_text("cat K AE T\nwater W AO T ER\nwater(2) W AA T ER\n")
    command = [sys.executable, "-m", "allears.parts.decoder_pieces", str(DEFAULT_MODEL)]
    command += ["--words", str(tmp_path / "words.dict")]
    subprocess.run([*command, str(tmp_path / "p.json"), str(tmp_path / "m.jsonl")], check=True, capture_output=True)
    names = Pieces(tmp_path / "p.json").names
    assert f"{SPACE}cat" in names
    assert f"{SPACE}water" not in names  # letters that no text has
    assert "d" not in names


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[1, 2]", r"line 3 is \[1, 2\], no object"),
        ('"text"', 'line 3 is "text", no object'),
        ("{", "line 3 is no JSON"),
    ],
)
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "m.jsonl").write_text(f'{{"text": "cat"}}\n\n{line}\n')
    texts = _texts([str(tmp_path / "m.jsonl")])
    assert next(texts) == "cat"
    with pytest.raises(ValueError, match=rf"m.jsonl, {why}.*: give manifests, one object a line"):
        next(texts)
