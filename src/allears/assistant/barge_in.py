"""Whether somebody speaks into a reply, and is not the reply's own echo.

In: an event of the stream, what is being said. Out: yes or no. A microphone beside the loudspeaker hears the reply,
too: there, words that are in the reply do not interrupt it (`words`); where it does not (a headset, echo cancellation),
the first sound of speech does (`speech`).
"""

from __future__ import annotations

from typing import Literal

from allears.assistant.local_words import local_word
from allears.runtime.stream_events import Event, Partial, SpeechStart
from allears.texts import plain_words

__all__ = ["BargeIn", "interrupts", "is_echo"]

BargeIn = Literal["words", "speech", "off"]
_ECHO = 0.6  # share of an utterance's words that are the reply's: then it is one
_FOREIGN = 2  # other words that interrupt; one may be misheard


def interrupts(event: Event, said: str, mode: BargeIn) -> bool:
    """Whether an event stops the reply that is being said. "Stop" does in every mode."""
    if isinstance(event, Partial) and local_word(event.text) == "stop":
        return True
    if mode == "speech":
        return isinstance(event, SpeechStart | Partial)
    if mode == "off" or not isinstance(event, Partial):
        return False
    own = set(plain_words(said).split())
    return sum(word not in own for word in plain_words(event.text).split()) >= _FOREIGN


def is_echo(text: str, said: str) -> bool:
    """Whether an utterance is what we said ourselves."""
    words, own = plain_words(text).split(), set(plain_words(said).split())
    return bool(words and own) and sum(word in own for word in words) >= _ECHO * len(words)
