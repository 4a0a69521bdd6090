"""Send a clip through a telephone line: 8 kHz, and 8 bit mu-law if wanted (ITU-T G.711).

In: a clip (S,) at 16 kHz. Out: (S,) at 16 kHz with nothing above 4 kHz.
"""

from __future__ import annotations

import numpy as np
import soxr

from allears.audio import SAMPLE_RATE

__all__ = ["mu_law", "telephone"]

LINE_RATE = 8_000  # Hz
MU = 255.0  # G.711


def telephone(audio: np.ndarray, *, is_mu_law: bool) -> np.ndarray:
    """(S,) through an 8 kHz line and back, same length; with `is_mu_law` also through 8 bit companding."""
    narrow = soxr.resample(audio, SAMPLE_RATE, LINE_RATE)
    if is_mu_law:
        narrow = mu_law(narrow)
    wide = soxr.resample(narrow, LINE_RATE, SAMPLE_RATE)[: len(audio)]
    return np.pad(wide, (0, len(audio) - len(wide))).astype(np.float32, copy=False)


def mu_law(audio: np.ndarray) -> np.ndarray:
    """Compand to 8 bits and expand: y = sgn(x) ln(1 + mu |x|) / ln(1 + mu), rounded to 1/127, and its inverse."""
    x = np.clip(audio, -1.0, 1.0)
    squeezed = np.round(np.sign(x) * np.log1p(MU * np.abs(x)) / np.log1p(MU) * 127) / 127
    return (np.sign(squeezed) * np.expm1(np.abs(squeezed) * np.log1p(MU)) / MU).astype(np.float32)
