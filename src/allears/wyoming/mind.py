"""What is made of a text: a reply, an intent for the client to do, or neither. One conversation beside the other.

In: a text, whose conversation it is of, and what was heard of it if it was spoken here. Out: a `Thought`. The order is
the assistant's (`assistant/assistant.py`): words that always work, answers to what was asked, the grammar, open
language.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.heard import Heard
from allears.assistant.skill import Request, Skill, Tools
from allears.commands.answer import Command
from allears.runtime.commanding import CommandGrammar
from allears.runtime.understanding import SentenceReader
from allears.wyoming.passing import HandOn, commands_skill, handed_on

__all__ = ["DONE_ELSEWHERE", "SKILLS", "Mind", "Thought", "open_mind"]

SKILLS = ("clock", "lists", "talk", "home")
"""Those that answer if none are named: they speak through the client, and ask no other machine."""
DONE_ELSEWHERE = ("home", "timers", "music", "volume")
"""Understood here, done by the client: they sound in the room where somebody speaks, not in that of this machine."""

_MOST_TALKS = 64  # conversations remembered; the one that was silent longest is forgotten


@dataclass(frozen=True)
class Thought:
    """What came of a text.

    Attributes:
        text: to be spoken; None where nothing was understood.
        intent: for the client to do; None if there is none.
        values: of the intent's slots.
    """

    text: str | None = None
    intent: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Mind:
    """See the module. Safe to share among threads: one thinks at a time.

    Args:
        skills: given what to do with a request that is not theirs to do, those there are.
        reader: of open language; None for none.

    Attributes:
        grammar: what may be said, for whoever hears it.
        has_intents: whether the client is asked to do anything.
    """

    def __init__(self, skills: Callable[[HandOn], Sequence[Skill]], *, reader: SentenceReader | None = None) -> None:
        self._handed: list[Request] = []
        self._first = Assistant(skills(self._handed.append), unclear="silent")
        self._talks: OrderedDict[str, Assistant] = OrderedDict()
        self._reader, self._lock = reader, threading.Lock()
        self.has_intents = any(skill.name in (*DONE_ELSEWHERE, "commands") for skill in self._first.skills)

    @property
    def grammar(self) -> CommandGrammar:
        return self._first.grammar

    def converse(self, text: str, talk: str, heard: Heard | None) -> Thought:
        """Do what a text wants.

        Args:
            text: as it was written down.
            talk: whose conversation it is part of.
            heard: what is known of it; None if it was typed.
        """
        with self._lock:
            answer = self._talk(talk).hear(self._known(text, heard))
            if self._handed:
                request = self._handed.pop()
                self._handed.clear()
                return Thought(answer.text, request.intent, request.values)
        is_silent = not answer.text and answer.intent is None and not answer.is_stop
        return Thought(None if is_silent else answer.text)

    def recognize(self, text: str, heard: Heard | None) -> Thought:
        """What a text wants; nothing is done."""
        known = self._known(text, heard)
        if known.command.is_accepted and known.command.intent is not None:
            return Thought("", known.command.intent, known.command.values)
        meaning = known.meaning
        if meaning is not None and meaning.is_in_scope and meaning.intent is not None:
            return Thought("", meaning.intent, meaning.values)
        return Thought()

    def close(self) -> None:
        """End what the skills started."""
        self._first.close()

    def _known(self, text: str, heard: Heard | None) -> Heard:
        """All that is known of a text, what was not found by hearing it added."""
        known = heard or Heard(text, Command(None))
        if known.command.intent is None:  # it was typed, or heard in another language than the grammar's
            known = replace(known, command=self._first.grammar.match(text))
        if known.meaning is None and self._reader is not None and not known.command.is_accepted:
            return replace(known, meaning=self._reader.read(text))
        return known

    def _talk(self, name: str) -> Assistant:
        if name not in self._talks:
            self._talks[name] = self._first.another()
        self._talks.move_to_end(name)
        while len(self._talks) > _MOST_TALKS:
            self._talks.popitem(last=False)
        return self._talks[name]


def open_mind(
    tools: Tools, *, names: Iterable[str] | None = None, commands: Sequence[str | Path] = (),
    lists: Mapping[str, Sequence[str]] | None = None, reader: SentenceReader | None = None,
) -> Mind:  # fmt: skip
    """A mind of skills by name, and of the user's own commands.

    Args:
        tools: skills are built with.
        names: of skills; `SKILLS` if None.
        commands: files of them.
        lists: values of lists of the commands.
        reader: of open language.

    Raises:
        ValueError: a skill, its settings or a file that cannot be used.
    """

    def skills(hand_on: HandOn) -> list[Skill]:
        built = build_skills(tools, SKILLS if names is None else names)
        ours = [handed_on(skill, hand_on) if skill.name in DONE_ELSEWHERE else skill for skill in built]
        return ours + ([commands_skill(commands, hand_on, lists=lists)] if commands else [])

    return Mind(skills, reader=reader)
