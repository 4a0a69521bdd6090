"""Play a clip faster or slower (pitch moves along), as in Ko et al. 2015.

In: a clip (S,) and a factor. Out: a clip of about S / factor samples. Labels in seconds are divided by the factor.
"""

from __future__ import annotations

import numpy as np
import soxr

from allears.audio import SAMPLE_RATE

__all__ = ["change_speed"]


def change_speed(audio: np.ndarray, factor: float) -> np.ndarray:
    """(S,) played `factor` times as fast: (S / factor,) float32."""
    if factor == 1.0 or not len(audio):
        return audio
    # HQ is 20 bits deep, as in the runtime's resampling; the rates are only a ratio here
    return soxr.resample(audio, SAMPLE_RATE * factor, SAMPLE_RATE, quality="HQ").astype(np.float32, copy=False)
