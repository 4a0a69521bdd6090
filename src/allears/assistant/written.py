"""A conversation in writing: texts in, the same events out as of a spoken one. It needs no model.

In: texts. Out: what was understood, replies, and what is said unasked between them. What is no command is read by a
model of open language, if there is one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from allears.assistant.assistant import Assistant
from allears.assistant.chat_events import ChatEvent, Reminder, Replied
from allears.assistant.converse import understood
from allears.assistant.heard import Heard
from allears.assistant.local_words import without
from allears.assistant.mouth import Mouth

if TYPE_CHECKING:
    from allears.runtime.understanding import SentenceReader

__all__ = ["converse_by_text"]


def converse_by_text(
    texts: Iterable[str], assistant: Assistant, mouth: Mouth, who: str | None = None,
    *, reader: SentenceReader | None = None,
) -> Iterator[ChatEvent]:  # fmt: skip
    """Answer texts, one after the other. `who`: says them; `reader`: of open language."""
    yield from _due(assistant, mouth)
    for text in texts:
        begun = time.perf_counter()
        said = without(assistant.names, text)
        command = assistant.grammar.match(said)
        meaning = None if reader is None or command.is_accepted else reader.read(said)
        heard = Heard(said, command, who, meaning=meaning)
        understood_s = time.perf_counter() - begun
        yield understood(heard)
        answer = assistant.hear(heard)
        skill_s = time.perf_counter() - begun - understood_s
        is_heard = bool(answer.text) and mouth.say(answer.text, answer.manner)
        voice_s = time.perf_counter() - begun - understood_s - skill_s
        stages = {"understand": understood_s, "skill": skill_s, **({"voice": voice_s} if is_heard else {})}
        took_ms = {name: round(1000 * seconds, 1) for name, seconds in stages.items()}
        yield Replied(answer.text, answer.note, answer.skill, answer.intent, took_ms)
        yield from _due(assistant, mouth)


def _due(assistant: Assistant, mouth: Mouth) -> Iterator[Reminder]:
    for text in assistant.due():
        mouth.say(text)
        yield Reminder(text)
