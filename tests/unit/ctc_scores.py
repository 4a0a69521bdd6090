"""Scores of a CTC head that say a text at known places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.spelled import Spelled
from allears.decode.spelling import SPACE

__all__ = ["FRAME_S", "LETTERS", "say", "spelt"]

LETTERS = ("", SPACE, *"abcdefghijklmnopqrstuvwxyz'")
FRAME_S = 0.02


def say(spikes: Sequence[tuple[int, str]], num_frames: int, names: Sequence[str] = LETTERS) -> np.ndarray:
    """Scores (T, C): blanks, and at each (frame, unit) that unit."""
    logits = np.zeros((num_frames, len(names)), np.float32)
    logits[:, 0] = 10.0
    for frame, name in spikes:
        logits[frame, 0], logits[frame, names.index(name)] = 0.0, 10.0
    return logits


def spelt(text: str, *, every: int = 10, num_frames: int = 200) -> Spelled:
    """The letters of a text, one every `every` frames from frame `every` on."""
    spikes = [(every * (i + 1), SPACE if c == " " else c) for i, c in enumerate(text)]
    return Spelled(say(spikes, num_frames), LETTERS, FRAME_S)
