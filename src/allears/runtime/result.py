"""What `hear` gives back: a frozen value with one answer a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from allears.commands.answer import Command
from allears.decode.answers import (
    Audio,
    Choice,
    Embedding,
    Segment,
    Slots,
    Span,
    Spans,
    Transcript,
    Understood,
    Word,
)

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit
    from allears.understand.answers import Meaning

__all__ = ["CLEAN", "Nearest", "Result"]

CLEAN = "clean"  # the task whose answer is sound
UNDERSTANDING = "understanding"  # the task that answers with intent and values together


@dataclass(frozen=True)
class Nearest:
    """The enrolled voice most like the speaker.

    Attributes:
        name: of the voice.
        similarity: how alike (cosine, -1 to 1).
        is_match: alike enough, and no other voice is nearly as much.
        is_borderline: it may be the voice or not: somebody has to say (`allears voices confirm`). Neither: unknown.
        id: of the voice; it stays when the name changes.
    """

    name: str
    similarity: float
    is_match: bool
    is_borderline: bool = False
    id: str = ""

    @property
    def verdict(self) -> Literal["match", "borderline", "unknown"]:
        """Which of the three."""
        return "match" if self.is_match else "borderline" if self.is_borderline else "unknown"


@dataclass(frozen=True, eq=False)
class Result:
    """Everything heard in one clip.

    Attributes:
        source: where the audio came from, for messages and file names.
        duration_s: length of the clip, seconds.
        answers: task name -> answer; a task that was not asked for has no key.
        nearest: the nearest enrolled voice; None if no voice is enrolled or `speaker` was not asked for.
        compute_s: part of the work -> seconds it took (`encoder`, `transcribe`, `speech`, ..., `total`).
        model: name of the model.
        command: what was commanded; None if no grammar was given.
        keywords: where keywords were said, in order of time; None if none were listened for.
        meaning: what the transcript wants, in open language; None if nothing was there to understand it with.
    """

    source: str
    duration_s: float
    answers: Mapping[str, Any]
    nearest: Nearest | None = None
    compute_s: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    command: Command | None = None
    keywords: tuple[KeywordHit, ...] | None = None
    meaning: Meaning | None = None

    @property
    def transcript(self) -> Transcript | None:
        return self.answers.get("transcribe")

    @property
    def text(self) -> str:
        """What was said; empty if nobody spoke or `transcribe` was not asked for."""
        return self.transcript.text if self.transcript else ""

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self.transcript.segments if self.transcript else ()

    @property
    def words(self) -> tuple[Word, ...]:
        return self.transcript.words if self.transcript else ()

    @property
    def language(self) -> Choice | None:
        return self.answers.get("language")

    @property
    def speech(self) -> tuple[Span, ...] | None:
        """When somebody speaks; None if `speech` was not asked for."""
        spans: Spans | None = self.answers.get("speech")
        return None if spans is None else spans.spans

    @property
    def speaker(self) -> Embedding | None:
        return self.answers.get("speaker")

    @property
    def emotion(self) -> Choice | None:
        return self.answers.get("emotion")

    @property
    def gender(self) -> Choice | None:
        return self.answers.get("gender")

    @property
    def age_group(self) -> Choice | None:
        """A band of years, such as `18-29`."""
        return self.answers.get("age-group")

    @property
    def accent(self) -> Choice | None:
        return self.answers.get("accent")

    @property
    def spelled(self) -> Transcript | None:
        """What was said as the `ctc` head spells it: fast, without capitals and punctuation."""
        return self.answers.get("ctc")

    @property
    def intent(self) -> Choice | None:
        """What a command wants, from the sound alone; what its words say is `meaning`."""
        own: Choice | None = self.answers.get("intent")
        both: Understood | None = self.answers.get(UNDERSTANDING)
        return own if both is None or own is not None else both.intent

    @property
    def slots(self) -> Slots | None:
        """The values in a command, from the sound alone."""
        own: Slots | None = self.answers.get("slots")
        both: Understood | None = self.answers.get(UNDERSTANDING)
        return own if both is None or own is not None else both.slots

    @property
    def cleaned(self) -> Audio | None:
        """The clip's sound without noise, as long as the clip."""
        return self.answers.get(CLEAN)

    @property
    def real_time_factor(self) -> float:
        """Seconds of work a second of audio; below 1 is faster than real time."""
        return self.compute_s.get("total", 0.0) / self.duration_s if self.duration_s else 0.0
