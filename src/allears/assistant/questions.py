"""A question that a skill asked, and what is said next: its answer, another wish, or neither.

In: a question, a text. Out: the request with the answer in it. One that was not answered is asked once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from allears.assistant.skill import Ask, Request, Skill

__all__ = ["Question", "answered"]


@dataclass(frozen=True)
class Question:
    """A question that waits.

    Attributes:
        skill, request: that asked it.
        ask: what is missing.
        text: as it was asked.
        is_last: whether it was asked twice.
    """

    skill: Skill
    request: Request
    ask: Ask
    text: str
    is_last: bool = False


def answered(question: Question, text: str, *, is_command: bool) -> Request | None:
    """The request with its answer; None if the text is none.

    Args:
        question: that was asked.
        text: what was said then.
        is_command: whether it is a command; such a text is an answer only if the skill can read it as one.
    """
    read = question.ask.read
    value: Any = read(text) if read is not None else None if is_command else text.strip(" .,!?")
    if value is None or value == "":
        return None
    values = {**question.request.values, question.ask.slot: value}
    return replace(question.request, values=values)
