"""How long phones may last before anything was aligned: a guess, stretched over what is not silent.

In: how items stand to each other, a sound. Out: durations that fill it.

Letters: N items, the silence before and after with them; S samples, T frames.
"""

from __future__ import annotations

import numpy as np

from allears.transfer.voice.units import apart
from allears.voice_frames import HOP, level

__all__ = ["stretched"]

_SILENT = 4.0  # nats of amplitude below the loudest frame: 35 dB


def stretched(guess: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """(N,) int64 frames, at least one each; the first and last item have the silence at the sound's ends.

    Args:
        guess: (N,) above 0.
        sound: (S,) with N frames or more.
    """
    loud = level(sound)
    count = len(sound) // HOP
    heard = np.flatnonzero(loud > loud.max() - _SILENT)
    inner = guess[1:-1] / guess[1:-1].sum()
    begin, end = int(heard[0]), int(heard[-1]) + 1
    edges = np.concatenate([[0.0, begin], begin + np.cumsum(inner) * (end - begin), [count]])
    return np.diff(apart(np.rint(edges).astype(np.int64), count))
