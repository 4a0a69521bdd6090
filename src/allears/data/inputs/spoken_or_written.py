"""Sound where a row has it, and sentences that nobody said beside it: for a run that learns from both.

A row with the field `sentence` is written: its `audio` is not looked at, a frame of silence stands for it, and what is
learned from it is up to the tasks that read that field. Any other row is the kind `audio`.
"""

from __future__ import annotations

import numpy as np

from allears.data.augment import Augmented, Augmenter
from allears.data.inputs import INPUTS
from allears.data.inputs.audio import AudioInput
from allears.data.manifest import Clip

__all__ = ["SENTENCE", "SpokenOrWritten", "spoken_or_written"]

SENTENCE = "sentence"  # manifest key of a text that is not in the sound
_SAMPLES = 400  # 25 ms at 16 kHz: the shortest that every encoder takes


class SpokenOrWritten:
    """See the module. `augmenter`: of the sound; None for none."""

    def __init__(self, augmenter: Augmenter | None = None) -> None:
        self._sound = AudioInput(augmenter)

    def read(self, clip: Clip, seed: tuple[int, int, int]) -> Augmented:
        if SENTENCE not in clip.labels:
            return self._sound.read(clip, seed)
        silence = np.zeros(_SAMPLES, np.float32)
        return Augmented(silence, silence)

    def nothing(self) -> np.ndarray:
        return self._sound.nothing()


@INPUTS.register
def spoken_or_written(*, augmenter: Augmenter | None) -> SpokenOrWritten:
    """The sound of the clip; for a row with `sentence`, a frame of silence."""
    return SpokenOrWritten(augmenter)
