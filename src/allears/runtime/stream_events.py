"""What a stream tells, as it goes: somebody begins to speak, words so far, a keyword, somebody stops, the result.

Frozen values. All times are seconds from the start of the stream. `at_s` is how much of the stream had been heard when
the event was sure; it does not depend on the size of the chunks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allears.decode.answers import Word
from allears.runtime.result import Result

if TYPE_CHECKING:
    from allears.keywords.hits import KeywordHit

__all__ = ["Event", "Final", "KeywordHeard", "Partial", "SpeechEnd", "SpeechStart"]


@dataclass(frozen=True)
class SpeechStart:
    """Somebody speaks since `start_s`."""

    at_s: float
    start_s: float


@dataclass(frozen=True)
class Partial:
    """The words of the utterance so far.

    Attributes:
        at_s: heard so far.
        start_s: start of the utterance.
        stable: words that never change in later partials of the utterance.
        tentative: words after them that may change.
    """

    at_s: float
    start_s: float
    stable: tuple[Word, ...]
    tentative: tuple[Word, ...]

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(word.text for word in (*self.stable, *self.tentative))


@dataclass(frozen=True)
class KeywordHeard:
    """A keyword was said, in an utterance or outside of one; each saying is told once, soon after it.

    Attributes:
        at_s: heard so far.
        hit: which one, and when.
    """

    at_s: float
    hit: KeywordHit


@dataclass(frozen=True)
class SpeechEnd:
    """The utterance was over at `end_s`."""

    at_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Final:
    """The answers for an utterance, as `Session.hear` gives them for its audio.

    Attributes:
        at_s: heard so far.
        start_s: start of the utterance.
        end_s: its end.
        offset_s: where the audio begins that was heard for it: a little before its start. It is
            `result.duration_s` long.
        result: the answers, in the times of the stream. An answer with a value a frame (a curve, the probabilities of
            spans) begins at `offset_s`.
    """

    at_s: float
    start_s: float
    end_s: float
    offset_s: float
    result: Result


Event = SpeechStart | Partial | KeywordHeard | SpeechEnd | Final
