"""Which of a model's heads spell: the one whose text helps, and the one whose letters tell times.

In: a model's spec. Out: names of tasks of kind `ctc`, or None. A model may have one for both.
"""

from __future__ import annotations

from allears.spec import ModelSpec

__all__ = ["CTC", "LETTERS", "letters_head", "spelling_head"]

CTC = "ctc"  # what is likeliest right: drafts, commands, partial texts
LETTERS = "letters"  # beside a `ctc` that spells with pieces of words: times of words, words of any spelling


def spelling_head(model: ModelSpec) -> str | None:
    """The head whose text helps the text decoder."""
    return CTC if _spells(model, CTC) else None


def letters_head(model: ModelSpec) -> str | None:
    """The head that any word can be aligned with: of letters if there is one, else the only one."""
    return LETTERS if _spells(model, LETTERS) else spelling_head(model)


def _spells(model: ModelSpec, name: str) -> bool:
    return any(task.name == name and task.decode["kind"] == "ctc" for task in model.tasks)
