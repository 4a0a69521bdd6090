"""A guess fills the part of a sound that is not silent."""

from __future__ import annotations

import numpy as np

from allears.transfer.voice.guess import stretched
from allears.voice_frames import HOP


def test_the_ends_have_the_silence() -> None:
    rng = np.random.default_rng(0)
    loud = 0.3 * rng.standard_normal(40 * HOP)
    sound = np.concatenate([np.zeros(20 * HOP), loud, np.zeros(10 * HOP)]).astype(np.float32)
    found = stretched(np.array([1.0, 1.0, 3.0, 1.0]), sound)
    assert found.sum() == 70
    assert abs(found[0] - 20) <= 2 and abs(found[-1] - 10) <= 2  # a frame's window is four frames long
    assert abs(found[2] / found[1] - 3) < 0.5


def test_every_item_has_a_frame() -> None:
    sound = np.full(6 * HOP, 0.1, np.float32)
    assert stretched(np.array([1.0, 1e-6, 1.0, 1e-6, 1e-6, 1.0]), sound).tolist() == [1] * 6
