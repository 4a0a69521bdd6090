"""What `prepare` leaves out, and that it says so; splits by a hash."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from allears.data.prepare import prepare
from allears.data.recipes._splits import hashed_split
from tests.unit.data.recipes.tree import tones


def test_audio_that_is_no_good_is_counted(tmp_path: Path) -> None:
    tones(tmp_path, "wav/03a01Fa.wav", "wav/08a01Fa.wav", "wav/09a01Fa.wav")
    (tmp_path / "wav/08a01Fa.wav").write_bytes(b"")
    (tmp_path / "wav/09a01Fa.wav").write_bytes(b"RIFF of no use")
    prepared = prepare("emodb", tmp_path, tmp_path / "out")
    assert prepared.skipped == {"an audio file of 0 bytes": 1, "an audio file that cannot be read": 1}
    assert prepared.examples["an audio file of 0 bytes"][0].endswith("08a01Fa.wav")
    assert prepared.files == {str(tmp_path / "out" / "manifest.jsonl"): {"train": 1}}


def test_nothing_usable_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    tones(tmp_path, "wav/nonsense.wav")
    with pytest.raises(ValueError, match=r"nothing in .* can be used as EmoDB .*nonsense"):
        prepare("emodb", tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_id_twice_is_counted(tmp_path: Path) -> None:
    tones(tmp_path, "a/Actor_01/03-01-03-01-01-01-01.wav", "b/Actor_01/03-01-03-01-01-01-01.wav")
    assert prepare("ravdess", tmp_path, tmp_path / "out").skipped == {"an id that was there before": 1}


def test_an_unknown_corpus_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Did you mean 'librispeech'"):
        prepare("librispech", tmp_path, tmp_path / "out")


def test_hashed_splits_are_stable_and_of_the_asked_size() -> None:
    assert [hashed_split(key) for key in ("p225", "p226", "p225")][::2] == [hashed_split("p225")] * 2
    counts = Counter(hashed_split(f"speaker {i}", dev=20, test=10) for i in range(2000))
    assert 340 < counts["dev"] < 460 and 140 < counts["test"] < 260
