"""What was said: samples, and when each word is heard.

In: nothing. Out: `Speech`, `SpokenWord`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

__all__ = ["Speech", "SpokenWord", "joined"]


@dataclass(frozen=True)
class SpokenWord:
    """A word, number or sign as it is written, and when it is heard, seconds from the start."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Speech:
    """A text as sound.

    Attributes:
        audio: (S,) float32 in [-1, 1].
        sample_rate: Hz.
        words: of the text, in order.
        text: what was said.
    """

    audio: np.ndarray
    sample_rate: int
    words: tuple[SpokenWord, ...] = ()
    text: str = ""

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return len(self.audio) / self.sample_rate


def joined(parts: Sequence[Speech], sample_rate: int) -> Speech:
    """One after the other."""
    words, at_s = list[SpokenWord](), 0.0
    for part in parts:
        words += [replace(word, start_s=word.start_s + at_s, end_s=word.end_s + at_s) for word in part.words]
        at_s += part.duration_s
    audio = np.concatenate([part.audio for part in parts]) if parts else np.zeros(0, np.float32)
    return Speech(audio, sample_rate, tuple(words), " ".join(part.text for part in parts if part.text))
