"""The noises or rooms of a manifest, read when first drawn and kept.

In: clips. Out: a random one's samples. Kept as 16 bit integers: an hour is 115 MB.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip

__all__ = ["Pool"]

KEPT_S = 3600.0  # seconds of audio kept in memory; what is drawn beyond that is read again each time


class Pool:
    """Clips to draw from. Several threads may draw at once.

    Args:
        clips: what to draw from; may be empty.
        kept_s: seconds of audio kept in memory.
    """

    def __init__(self, clips: Sequence[Clip], *, kept_s: float = KEPT_S) -> None:
        self._clips = tuple(clips)
        self._kept: dict[int, tuple[np.ndarray, float]] = {}
        self._room_samples = round(kept_s * SAMPLE_RATE)

    def __len__(self) -> int:
        return len(self._clips)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """(S,) float32 of a random clip.

        Raises:
            ValueError: the clip is empty; the message names it.
        """
        return self._load(int(rng.integers(len(self._clips))))

    def _load(self, index: int) -> np.ndarray:
        kept = self._kept.get(index)
        if kept is not None:
            values, scale = kept
            return values * np.float32(scale)
        audio = load_clip(self._clips[index])
        if not len(audio):
            raise ValueError(f"{self._clips[index].audio}: an empty clip cannot be mixed in; take it out")
        scale = max(float(np.abs(audio).max()), 1e-9) / np.iinfo(np.int16).max
        values = np.round(audio / scale).astype(np.int16)
        if self._room_samples >= len(values):
            self._room_samples -= len(values)
            self._kept[index] = (values, scale)
        return values * np.float32(scale)  # the same values as from memory: a rerun is exact
