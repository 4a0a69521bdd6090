"""A voice on disk, of today and of before there were ids."""

import json
from pathlib import Path

import numpy as np
import pytest

from allears.decode.answers import Embedding
from allears.runtime.origin import Origin
from allears.runtime.voice_file import MOST_WEIGHT, read_voice, voice_of, write_voice

ANN = Embedding(np.array([1.0, 0.0], np.float32))
OLDER = Embedding(np.array([0.0, 1.0], np.float32))


def test_a_voice_comes_back_as_it_was(tmp_path: Path) -> None:
    voice = voice_of(" Ann ", [ANN, OLDER], Origin("m 1", "f", "g"))
    write_voice(voice, tmp_path / "ann.json")
    assert read_voice(tmp_path / "ann.json") == voice
    assert (voice.name, voice.num_clips, voice.weight) == ("Ann", 2, pytest.approx(2**0.5))


def test_a_file_of_before_has_an_id_that_stays_and_may_grow(tmp_path: Path) -> None:
    path = tmp_path / "ann.json"
    path.write_text(json.dumps({"name": "Ann", "vector": [1.0, 0.0], "num_clips": 3, "model": "m 1"}))
    old, again = read_voice(path), read_voice(path)
    assert old is not None and again is not None
    assert len(old.id) == 32 and old.id == again.id
    more = old.with_clips([OLDER])
    assert (more.num_clips, more.id) == (4, old.id)
    assert more.vector == pytest.approx(np.array([3, 1]) / 10**0.5, abs=1e-5)


def test_a_clip_that_was_confirmed_counts_less() -> None:
    voice = voice_of("Ann", [ANN, ANN], Origin("m 1"))
    assert voice.with_clips([OLDER], 0.5).vector == pytest.approx(np.array([2, 0.5]) / 4.25**0.5, abs=1e-5)


def test_old_clips_fade() -> None:
    voice = voice_of("Ann", [ANN] * 100, Origin("m 1"))
    assert voice.weight == MOST_WEIGHT
    for _ in range(60):
        voice = voice.with_clips([OLDER])
    assert voice.num_clips == 160
    assert voice.vector[1] > 0.9, "the last 60 clips are how the voice is now"
    assert voice.weight <= MOST_WEIGHT
