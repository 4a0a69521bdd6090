"""Answers: what a task tells its user. Frozen values, one class a kind of answer; times are seconds from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

__all__ = [
    "Audio",
    "Choice",
    "Curve",
    "Embedding",
    "LabelledSpan",
    "Number",
    "Segment",
    "Slot",
    "Slots",
    "Span",
    "Spans",
    "Tags",
    "Timeline",
    "Transcript",
    "Understood",
    "Word",
]


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


@dataclass(frozen=True)
class Tags:
    """Those of several labels that are the case, any number of them, with the probability of each."""

    labels: tuple[str, ...]
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """A quantity of the whole clip, in the unit of its labels."""

    value: float


@dataclass(frozen=True, eq=False)
class Curve:
    """A quantity as it goes.

    Attributes:
        values: (T,) float32, one a frame, in the unit of its labels.
        frame_shift_s: seconds from one frame to the next.
    """

    values: np.ndarray
    frame_shift_s: float


@dataclass(frozen=True)
class LabelledSpan:
    """A stretch of time and what is the case in it, with the mean probability of its frames."""

    label: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Timeline:
    """What is the case when: stretches in order of their start; those of different labels may overlap."""

    spans: tuple[LabelledSpan, ...]


@dataclass(frozen=True)
class Slot:
    """A value that was said, what it stands for, and when it was said."""

    name: str
    value: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Slots:
    """The values in a command.

    Attributes:
        text: the command as it was understood.
        slots: in order of time; a name may come more than once.
    """

    text: str
    slots: tuple[Slot, ...]

    @property
    def values(self) -> dict[str, str]:
        """Name -> value; the last one of a name."""
        return {slot.name: slot.value for slot in self.slots}


@dataclass(frozen=True)
class Understood:
    """What a command wants, and the values in it.

    Attributes:
        intent: one of those the model knows.
        slots: the values, with the command as it was understood.
    """

    intent: Choice
    slots: Slots


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound.

    Attributes:
        samples: (S,) float32.
        sample_rate: Hz.
    """

    samples: np.ndarray
    sample_rate: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate
