"""One pass of the encoder, for those who read more from it than a session answers: who speaks when, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["OnPass", "Pass"]


@dataclass(frozen=True, eq=False)
class Pass:
    """What the encoder made of a stretch of audio.

    Attributes:
        audio: (S,) that was heard.
        layers: (L, 1, T', D), the silent tail included.
        samples_per_frame: of the encoder.
        head: (task, layers (L, 1, T, D), any stretch of them) -> what its head gives, (C,) or (T, C).
    """

    audio: np.ndarray
    layers: np.ndarray
    samples_per_frame: int
    head: Callable[[str, np.ndarray], np.ndarray]


OnPass = Callable[[Pass], None]
"""Called after each pass; the layers are large (14 kB a frame): what is kept of them stays in memory."""
