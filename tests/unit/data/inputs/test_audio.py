"""Sound as it is, or bent the same way for the same draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from allears.data.augment import Augmenter, AugmentPlan
from allears.data.inputs.audio import AudioInput
from allears.data.manifest import Clip


def test_a_draw_bends_a_clip_always_the_same_way(tmp_path: Path) -> None:
    sound = (0.1 * np.sin(np.arange(3_200) / 9)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", sound, 16_000, subtype="FLOAT")
    clip = Clip("a", tmp_path / "a.wav")
    plain = AudioInput().read(clip, (0, 0, 0))
    assert np.array_equal(plain.audio, sound) and np.array_equal(plain.clean, sound)
    bent = AudioInput(Augmenter(AugmentPlan(gain_probability=1.0)))
    first, again, other = (bent.read(clip, seed).audio for seed in ((1, 2, 3), (1, 2, 3), (1, 2, 4)))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.issubdtype(bent.nothing().dtype, np.floating)
