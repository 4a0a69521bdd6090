"""The pool: what comes from memory is what comes from the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.audio import SAMPLE_RATE
from allears.data.augment.pool import Pool
from allears.data.manifest import Clip


def _clip(folder: Path, name: str, audio: np.ndarray) -> Clip:
    soundfile.write(folder / name, audio, SAMPLE_RATE, subtype="FLOAT")
    return Clip(name, folder / name)


@pytest.mark.parametrize("kept_s", [0.0, 100.0])
def test_the_second_draw_is_bit_identical_and_close_to_the_file(tmp_path: Path, kept_s: float) -> None:
    audio = np.random.default_rng(0).normal(0, 1e-3, 1000).astype(np.float32)  # quiet: the scale must follow
    pool = Pool([_clip(tmp_path, "a.wav", audio)], kept_s=kept_s)
    first, second = (pool.draw(np.random.default_rng(0)) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    np.testing.assert_allclose(first, audio, atol=1e-7)


def test_memory_changes_nothing(tmp_path: Path) -> None:
    clips = [_clip(tmp_path, f"{i}.wav", np.random.default_rng(i).normal(0, 0.1, 500)) for i in range(4)]
    for seed in range(8):
        drawn = [Pool(clips, kept_s=s).draw(np.random.default_rng(seed)).tobytes() for s in (0.0, 0.05, 9.0)]
        assert len(set(drawn)) == 1


def test_an_empty_clip_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"empty\.wav"):
        Pool([_clip(tmp_path, "empty.wav", np.zeros(0))]).draw(np.random.default_rng(0))
