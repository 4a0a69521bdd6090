"""The latest part of a stream: samples that know where in the stream they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["Sound"]


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples `first` to `end` of a stream.

    Attributes:
        samples: (S,) float32 at 16 kHz.
        first: number of the first one.
    """

    samples: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    first: int = 0

    @property
    def end(self) -> int:
        """One past the last sample."""
        return self.first + len(self.samples)

    def plus(self, samples: np.ndarray, *, keep_from: int) -> Sound:
        """The sound with more at its end, and without what is before `keep_from`."""
        first = min(max(keep_from, self.first), self.end)
        return Sound(np.concatenate([self.samples[first - self.first :], samples]), first)

    def cut(self, first: int, end: int) -> np.ndarray:
        """Samples `first` to `end`, which must still be there."""
        assert self.first <= first <= end <= self.end
        return self.samples[first - self.first : end - self.first]
