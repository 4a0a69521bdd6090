"""What the assistant makes of an utterance: words, command, who spoke and how. A frozen value.

In: a `Result`, or a text. Out: `Heard`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allears.commands.answer import Command
from allears.decode.answers import Choice, Embedding
from allears.runtime.result import Result

if TYPE_CHECKING:
    from allears.understand.answers import Meaning

__all__ = ["Heard", "heard_of"]

_LONG_ENOUGH_S = 1.5  # of speech, to say that a voice is nobody's


@dataclass(frozen=True, eq=False)
class Heard:
    """See the module.

    Attributes:
        text: what was said.
        command: what the grammar makes of it.
        who: the enrolled voice; None if nobody knows.
        is_stranger: whether it is surely no enrolled voice.
        emotion: how it was said; None if that was not heard.
        meaning: what open language makes of it; None if that was not asked.
        voice: of the speaker, kept in memory only.
    """

    text: str
    command: Command
    who: str | None = None
    is_stranger: bool = False
    emotion: Choice | None = None
    meaning: Meaning | None = None
    voice: Embedding | None = None


def heard_of(result: Result) -> Heard:
    """What there is in a result of an utterance."""
    nearest, voice = result.nearest, result.speaker
    is_known = nearest is not None and (nearest.is_match or nearest.is_borderline)
    is_stranger = voice is not None and not is_known and result.duration_s >= _LONG_ENOUGH_S
    who = nearest.name if nearest is not None and nearest.is_match else None
    command = result.command or Command(None)
    return Heard(result.text, command, who, is_stranger, result.emotion, result.meaning, voice)
