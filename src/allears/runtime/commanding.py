"""Commands in a hearing: what else has to run for them, and what is asked of the grammar at the end.

In: a plan, then the answers and the CTC head's outputs. Out: the `Command`. The runtime knows a grammar by what it can
do alone; `allears.commands` has it, with the libraries that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from allears.commands.answer import Command
from allears.decode.answers import Transcript
from allears.decode.base import WindowOutput
from allears.runtime.hearing import Hearing
from allears.runtime.parts import TRANSCRIPT
from allears.runtime.plan import Plan, make_plan
from allears.spec import ModelSpec, Resolution, TaskSpec

__all__ = ["COMMANDS", "CommandGrammar", "command_of", "with_helpers"]

COMMANDS = "commands"  # the part of the time it took


class CommandGrammar(Protocol):
    """What can be commanded: see `allears/commands/grammar.py`."""

    def understand(
        self,
        outputs: Sequence[WindowOutput],
        names: Sequence[str],
        *,
        frame_shift_s: float,
        transcript: Transcript | None,
    ) -> Command: ...


def with_helpers(plan: Plan, model: ModelSpec, *, is_language_known: bool) -> Plan:
    """The plan, with the CTC head run; with the text decoder asked, if the model has no such head.

    Raises:
        ValueError: the model has neither.
    """
    head = _head(model)
    if head is not None:
        also = plan.also if head.name in plan.asked else (*plan.also, head.name)
        return make_plan(model, plan.asked, is_language_known=is_language_known, also=also)
    if plan.transcribe is not None:
        return plan
    decoder = next((t.name for t in model.tasks if t.decode["kind"] == TRANSCRIPT and "writes" not in t.decode), None)
    if decoder is None:
        have = ", ".join(task.name for task in model.tasks)
        raise ValueError(f"the model {model.name!r} has {have}, and commands need a task that spells or transcribes")
    return replace(make_plan(model, (*plan.asked, decoder), is_language_known=is_language_known), also=plan.also)


def command_of(
    commands: CommandGrammar, hearing: Hearing, plan: Plan, model: ModelSpec, answers: dict[str, Any]
) -> Command:
    """What was commanded; nothing where nobody speaks."""
    if not hearing.has_speech:
        return Command(None)
    head = _head(model)
    outputs = () if head is None else hearing.outputs(head.name)
    names = () if head is None else head.classes
    transcript = answers.get(plan.transcribe or "")
    return commands.understand(outputs, names, frame_shift_s=model.frame_shift_s, transcript=transcript)


def _head(model: ModelSpec) -> TaskSpec | None:
    """The head that spells."""
    heads = (t for t in model.tasks if t.decode["kind"] == "ctc" and t.resolution is Resolution.FRAME)
    return next(heads, None)
