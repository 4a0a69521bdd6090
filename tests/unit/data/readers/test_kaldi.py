"""Kaldi's data folder: segments, speakers, and commands that are not run."""

from __future__ import annotations

from pathlib import Path

from allears.data.open import find_reader
from allears.data.readers import READERS, BadRow, GoodRow
from tests.unit.data.recipes.tree import write


def test_utterances_are_recordings_without_segments(tmp_path: Path) -> None:
    write(tmp_path / "dev_clean", {
        "wav.scp": "a-1 a/1.wav\na-2 /abs/2.wav\na-3 sph2pipe -f wav 3.sph |\n", "text": "a-1 hello there\n",
        "utt2spk": "a-1 a\na-2 a\n", "spk2gender": "a f\n", "utt2lang": "a-1 en\n",
    })  # fmt: skip
    assert find_reader(tmp_path / "dev_clean") == "kaldi"
    first, second, bad = READERS["kaldi"]().rows(tmp_path / "dev_clean")
    assert isinstance(first, GoodRow) and isinstance(second, GoodRow)
    assert first.clip.labels == {"text": "hello there", "speaker": "a", "gender": "female", "language": "en"}
    assert (first.clip.audio, first.clip.split) == (tmp_path / "dev_clean/a/1.wav", "dev")
    assert (second.clip.audio, second.clip.duration_s) == (Path("/abs/2.wav"), None)
    assert isinstance(bad, BadRow) and "sph2pipe" in bad.why and bad.where.endswith("wav.scp:3")


def test_segments_cut_recordings(tmp_path: Path) -> None:
    write(tmp_path / "all", {"wav.scp": "rec 1.wav\n", "segments": "u1 rec 0.5 2.25\nu2 gone 0 1\nu3 rec x\n"})
    good, *bad = READERS["kaldi"]().rows(tmp_path / "all")
    assert isinstance(good, GoodRow)
    assert (good.clip.id, good.clip.start_s, good.clip.duration_s) == ("u1", 0.5, 1.75)
    assert good.clip.split is None
    assert [isinstance(row, BadRow) for row in bad] == [True, True]
