"""Commands in a hearing: what else has to run for them, and what is asked of the grammar at the end.

In: a plan, then the answers and the CTC head's outputs. Out: the `Command`. The runtime knows a grammar by what it can
do alone; `allears.commands` has it, with the libraries that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from allears.commands.answer import Command
from allears.commands.judge import Judge
from allears.decode.answers import Transcript
from allears.decode.base import WindowOutput
from allears.decode.spelling_heads import LETTERS
from allears.runtime.hearing import Hearing
from allears.runtime.parts import TRANSCRIPT
from allears.runtime.plan import Plan, make_plan
from allears.spec import ModelSpec, Resolution, TaskSpec
from allears.vocabulary import LANGUAGES, base_language

__all__ = ["COMMANDS", "CommandGrammar", "command_of", "spelling_task", "with_helpers"]

COMMANDS = "commands"  # the part of the time it took


class CommandGrammar(Protocol):
    """What can be commanded: see `allears/commands/grammar.py`."""

    @property
    def language(self) -> str: ...

    @property
    def attention(self) -> float: ...

    def understand(
        self,
        outputs: Sequence[WindowOutput],
        names: Sequence[str],
        *,
        frame_shift_s: float,
        transcript: Transcript | None,
        judge: Judge | None,
    ) -> Command: ...


def with_helpers(plan: Plan, model: ModelSpec, commands: CommandGrammar, *, is_language_known: bool) -> Plan:
    """The plan, with the CTC head run and the text decoder ready to judge; with the decoder asked, without such a head.

    Raises:
        ValueError: the model has neither.
    """
    head, decoder = spelling_task(model, commands.language), _decoder(model)
    if head is not None:
        also = plan.also if head.name in plan.asked else (*plan.also, head.name)
        plan = make_plan(model, plan.asked, is_language_known=is_language_known, also=also)
        is_judged = decoder is not None and commands.attention > 0 and base_language(commands.language) in LANGUAGES
        return replace(plan, judge=decoder if is_judged else None)
    if plan.transcribe is not None:
        return plan
    if decoder is None:
        have = ", ".join(task.name for task in model.tasks)
        raise ValueError(
            f"the model {model.name!r} has {have}, and commands in {commands.language!r} need a task that spells or "
            "transcribes that language: use another model"
        )
    return replace(make_plan(model, (*plan.asked, decoder), is_language_known=is_language_known), also=plan.also)


def command_of(
    commands: CommandGrammar, hearing: Hearing, plan: Plan, model: ModelSpec, answers: dict[str, Any]
) -> Command:
    """What was commanded; nothing where nobody speaks."""
    if not hearing.has_speech:
        return Command(None)
    head = spelling_task(model, commands.language)
    return commands.understand(
        () if head is None else hearing.outputs(head.name),
        () if head is None else head.classes,
        frame_shift_s=0.0 if head is None else model.shift_s(head),
        transcript=answers.get(plan.transcribe or ""),
        judge=None if plan.judge is None else hearing.judge(base_language(commands.language)),
    )


def spelling_task(model: ModelSpec, language: str) -> TaskSpec | None:
    """The head that spells that language, one of letters before one of pieces; it spells all if it does not say which.

    Sentences that are known are told apart by their sounds: letters have more of these than pieces of words
    (docs/commands.md).
    """
    heads = (t for t in model.tasks if t.decode["kind"] == "ctc" and t.resolution is Resolution.FRAME)
    base = base_language(language)
    fitting = [head for head in heads if base in (head.decode.get("languages") or (base,))]
    return min(fitting, key=lambda head: head.name != LETTERS, default=None)


def _decoder(model: ModelSpec) -> str | None:
    """The task that writes what is said."""
    return next((t.name for t in model.tasks if t.decode["kind"] == TRANSCRIPT and "writes" not in t.decode), None)
