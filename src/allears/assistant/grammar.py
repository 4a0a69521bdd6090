"""The sentences of all skills as one grammar; a transcript that is one of them needs no search of the sound.

In: skills. Out: a `Grammar`. Lists and rules of a skill stay its own: two skills may each have a list `name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from allears.assistant.skill import Skill
from allears.assistant.spoken import clock_as_words
from allears.commands.answer import Command
from allears.commands.grammar import Grammar
from allears.commands.judge import Judge
from allears.commands.reading import read_text
from allears.decode.answers import Transcript
from allears.decode.base import WindowOutput

__all__ = ["SkillGrammar", "grammar_data"]

_POLITE = (
    "please",
    "can you",
    "could you",
    "would you",
    "will you",
    "hey",
    "okay",
    "now",
    "thanks",
    "thank you",
    "for me",
)
_SURE = 0.75  # mean probability of a transcript's tokens from which it is believed without a look at the sound


def grammar_data(skills: Iterable[Skill], names: Sequence[str] = ()) -> dict[str, Any]:
    """Files of all skills as one, in the layout of docs/commands.md.

    Args:
        skills: to be understood.
        names: of the assistant, which may stand before and after a sentence.

    Raises:
        ValueError: a grammar that cannot be read, an intent of two skills, or one without a handler.
    """
    intents: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for skill in skills:
        given = read_text(skill.grammar, f"the grammar of the skill {skill.name}")
        lists = {**(given.get("lists") or {}), **{n: {"values": list(v)} for n, v in skill.lists().items()}}
        _check_intents(skill, given.get("intents") or {}, owners)
        for intent, body in (given.get("intents") or {}).items():
            own = {"lists": lists, "expansion_rules": given.get("expansion_rules") or {}}
            blocks = body.get("data") or [] if isinstance(body, Mapping) else []
            intents[intent] = {"data": [_inside(block, own) for block in blocks]}
    return {"language": "en", "intents": intents, "skip_words": [*_POLITE, *names]}


class SkillGrammar:
    """What a session is given as `commands`; see the module.

    Args:
        grammar: of all skills.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    @classmethod
    def of(cls, skills: Iterable[Skill], names: Sequence[str] = ()) -> SkillGrammar:
        """The grammar of skills.

        Raises:
            ValueError: see `grammar_data`; a sentence that cannot be parsed.
        """
        grammar = Grammar(grammar_data(skills, names))
        errors = [str(finding) for finding in grammar.findings if finding.level == "error"]
        if errors:
            raise ValueError(f"{errors[0]} ({len(errors)} in all): mend the grammar of the skill it is in")
        return cls(grammar)

    @property
    def language(self) -> str:
        return self._grammar.language

    @property
    def attention(self) -> float:
        return self._grammar.attention

    def match(self, text: str) -> Command:
        """What a text commands."""
        return self._grammar.match(clock_as_words(text))

    def understand(
        self,
        outputs: Sequence[WindowOutput],
        names: Sequence[str],
        *,
        frame_shift_s: float,
        transcript: Transcript | None,
        judge: Judge | None,
    ) -> Command:
        """What was commanded in a hearing; see `Grammar.understand`."""
        if transcript is not None and transcript.text:
            sureness = _sureness(transcript)
            text = clock_as_words(transcript.text)
            if sureness >= _SURE and self._grammar.readings(text):
                return self._grammar.match(text, sureness=sureness)
        return self._grammar.understand(outputs, names, frame_shift_s=frame_shift_s, transcript=transcript, judge=judge)


def _check_intents(skill: Skill, intents: Mapping[str, Any], owners: dict[str, str]) -> None:
    for intent in intents:
        if intent in owners:
            raise ValueError(
                f"the skills {owners[intent]!r} and {skill.name!r} both have the intent {intent!r}: rename it in one, "
                "or choose the skills with --skill"
            )
        owners[intent] = skill.name
    if lost := sorted(set(intents) ^ set(skill.handlers)):
        raise ValueError(
            f"the skill {skill.name!r} has {lost[0]!r} in only one of its grammar and its handlers: add it"
        )


def _inside(block: Any, own: Mapping[str, Mapping[str, Any]]) -> Any:
    """A block with the lists and rules of its skill, its own ones before them."""
    if not isinstance(block, Mapping):
        return block
    return {**block, **{key: {**values, **(block.get(key) or {})} for key, values in own.items()}}


def _sureness(transcript: Transcript) -> float:
    logprobs = [segment.mean_logprob for segment in transcript.segments]
    return float(np.exp(min(0.0, float(np.mean(logprobs))))) if logprobs else 1.0
