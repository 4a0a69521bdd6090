"""How much each window's answer counts in the answer for the whole clip: as much as is said in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.base import WindowOutput

__all__ = ["window_weights"]


def window_weights(windows: Sequence[WindowOutput]) -> np.ndarray:
    """(W,) weights that sum to 1: seconds of speech; seconds of audio if nobody speaks or nobody knows."""
    speech = [w.duration_s if w.speech_s is None else w.speech_s for w in windows]
    weights = np.array(speech if sum(speech) > 0 else [max(w.duration_s, 1e-3) for w in windows], dtype=np.float64)
    return np.asarray(weights / weights.sum())
