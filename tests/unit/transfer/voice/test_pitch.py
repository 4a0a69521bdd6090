"""F0 of a sound whose pitch is known, at the frames where it is."""

from __future__ import annotations

import numpy as np

from allears.speaking.source import harmonic_source
from allears.transfer.voice.pitch import f0_of
from allears.voice_frames import HOP, SAMPLE_RATE


def test_a_gliding_buzz() -> None:
    frames = np.arange(160)
    true = np.where((frames >= 40) & (frames < 140), 120 + 0.8 * frames, 0.0).astype(np.float32)
    sound = 0.05 * harmonic_source(true, HOP, SAMPLE_RATE) + 1e-4 * np.random.default_rng(0).standard_normal(160 * HOP)
    found = f0_of(sound.astype(np.float32))
    assert found.shape == (160,) and found.dtype == np.float32
    inside = slice(48, 132)
    assert (found[inside] > 0).mean() > 0.95
    both = found[inside] > 0
    cents = 1_200 * np.log2(found[inside][both] / true[inside][both])
    assert np.abs(np.median(cents)) < 5
    assert (found[:30] == 0).all()


def test_a_sound_of_hardly_any_length() -> None:
    assert f0_of(np.zeros(HOP, np.float32)).tolist() == [0.0]
    assert f0_of(np.zeros(HOP - 1, np.float32)).shape == (0,)
