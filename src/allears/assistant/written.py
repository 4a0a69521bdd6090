"""A conversation in writing: texts in, the same events out as of a spoken one. It needs no model.

In: texts. Out: what was understood, replies, and what is said unasked between them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from allears.assistant.assistant import Assistant
from allears.assistant.chat_events import ChatEvent, Reminder, Replied
from allears.assistant.converse import understood
from allears.assistant.heard import Heard
from allears.assistant.local_words import without
from allears.assistant.mouth import Mouth

__all__ = ["converse_by_text"]


def converse_by_text(
    texts: Iterable[str], assistant: Assistant, mouth: Mouth, who: str | None = None
) -> Iterator[ChatEvent]:
    """Answer texts, one after the other. `who`: says them."""
    yield from _due(assistant, mouth)
    for text in texts:
        begun = time.perf_counter()
        said = without(assistant.names, text)
        heard = Heard(said, assistant.grammar.match(said), who)
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
