"""Answers: what a task tells its user. Frozen values, one class a kind of answer; times are seconds from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Choice", "Embedding", "Segment", "Span", "Spans", "Transcript", "Word"]


@dataclass(frozen=True)
class Word:
    """A word as it is written, with its punctuation, and when it was said."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Segment:
    """A stretch of transcript, usually a sentence or what fits between two pauses.

    Attributes:
        start_s, end_s: when it was said.
        text: what was said.
        words: its words with their times.
        tokens: numbers in the model's vocabulary.
        mean_logprob: mean log-probability of the tokens; below -1 the decoder was guessing.
        compression_ratio: bytes of text / bytes compressed; above 2.4 the decoder was repeating itself.
        no_speech_probability: how sure the decoder was that nobody speaks.
    """

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    tokens: tuple[int, ...] = ()
    mean_logprob: float = 0.0
    compression_ratio: float = 0.0
    no_speech_probability: float = 0.0


@dataclass(frozen=True)
class Transcript:
    """What was said.

    Attributes:
        segments: in order of time.
        language: the language it was transcribed as, a Whisper code such as `en`.
    """

    segments: tuple[Segment, ...]
    language: str | None

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments).strip()

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True)
class Span:
    """A stretch of time."""

    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Spans:
    """When something is the case (somebody speaks).

    Attributes:
        spans: in order, not overlapping.
        probabilities: (T,) one a frame.
        frame_shift_s: seconds from one frame to the next.
    """

    spans: tuple[Span, ...]
    probabilities: np.ndarray
    frame_shift_s: float

    @property
    def total_s(self) -> float:
        return sum(span.end_s - span.start_s for span in self.spans)


@dataclass(frozen=True)
class Choice:
    """One label of a closed set, with the probability of each."""

    label: str
    probability: float
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Embedding:
    """A point in a space where near means alike.

    Attributes:
        vector: (E,) float32 of length 1.
    """

    vector: np.ndarray

    def similarity(self, other: Embedding) -> float:
        """Cosine, -1 to 1."""
        return float(self.vector @ other.vector)
