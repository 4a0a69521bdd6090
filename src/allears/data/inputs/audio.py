"""Samples at 16 kHz, bent by the augmentation plan: what an encoder that hears is given."""

from __future__ import annotations

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.augment import Augmented, Augmenter
from allears.data.inputs import INPUTS
from allears.data.manifest import Clip

__all__ = ["AudioInput", "audio"]


class AudioInput:
    """See the module. `augmenter`: None for none."""

    def __init__(self, augmenter: Augmenter | None = None) -> None:
        self.augmenter = augmenter

    def read(self, clip: Clip, seed: tuple[int, int, int]) -> Augmented:
        samples = load_clip(clip)
        if self.augmenter is None or not len(samples):
            return Augmented(samples, samples)
        return self.augmenter.apply(samples, np.random.default_rng(seed))

    def nothing(self) -> np.ndarray:
        return np.zeros(SAMPLE_RATE, np.float32)


@INPUTS.register
def audio(*, augmenter: Augmenter | None) -> AudioInput:
    """The sound of the clip."""
    return AudioInput(augmenter)
