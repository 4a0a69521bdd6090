"""How a reply is said to somebody in that mood: shorter and softer to who is upset.

In: a reply and the emotion that was heard. Out: what is spoken, and how loud. The mood is never spoken of: a model that
hears emotions is a hint (docs/tasks/emotion.md), and is believed only where it is sure.
"""

from __future__ import annotations

from dataclasses import dataclass

from allears.assistant.skill import Reply
from allears.decode.answers import Choice
from allears.speaking.sentences import sentences

__all__ = ["ENGLISH", "MANNERS", "Manner", "manner_of", "words_for"]

_SURE = 0.7  # probability of an emotion from which it counts


@dataclass(frozen=True)
class Manner:
    """How something is said.

    Attributes:
        is_short: one sentence.
        gain: factor on the sound.
        before: said first, where there is no question in the reply.
    """

    is_short: bool = False
    gain: float = 1.0
    before: str = ""


ENGLISH = "en-US"  # replies are written in it
USUAL = Manner()
MANNERS = {
    "anger": Manner(is_short=True, gain=0.6),
    "sadness": Manner(is_short=True, gain=0.6, before="Of course."),
    "fear": Manner(is_short=True, gain=0.7, before="It is all right."),
}
"""Emotion -> manner; any other is answered as usual."""


def manner_of(emotion: Choice | None) -> Manner:
    """The manner for an emotion that was heard; the usual one if none was, or not surely."""
    if emotion is None or emotion.probability < _SURE:
        return USUAL
    return MANNERS.get(emotion.label, USUAL)


def words_for(reply: Reply, manner: Manner) -> str:
    """What is spoken."""
    if not manner.is_short or not reply.text:
        return reply.text
    text = reply.short or sentences(reply.text, ENGLISH, first_chars=len(reply.text))[0]
    return text if reply.ask or not manner.before else f"{manner.before} {text}"
