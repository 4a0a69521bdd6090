"""Open language in a hearing: a text to be written for it, and what that text wants.

In: a reader as a user gives it, then the transcript. Out: a `Meaning`. `allears.understand` reads, and is imported only
where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from allears.runtime.parts import TRANSCRIPT
from allears.runtime.plan import Plan, make_plan
from allears.spec import ModelSpec

if TYPE_CHECKING:
    from allears.understand.answers import Meaning

__all__ = ["UNDERSTAND", "ReaderSource", "SentenceReader", "meaning_of", "reader_for", "reader_of", "with_transcript"]

UNDERSTAND = "understand"  # the part of the time it took


class SentenceReader(Protocol):
    """What reads sentences: see `allears/understand/reader.py`."""

    def read(self, text: str) -> Meaning: ...


ReaderSource: TypeAlias = "SentenceReader | str | Path"
"""A reader, or the folder of its model."""


def reader_of(source: ReaderSource | None) -> SentenceReader | None:
    """What reads the transcripts; None if nothing is asked for.

    Raises:
        ModelError: it is no folder of a model of open language, or a file of it is missing or damaged.
    """
    if source is None:
        return None
    if isinstance(source, str | Path):
        from allears.understand.reader import Reader

        return Reader(source)
    return source


def reader_for(asked: ReaderSource | Literal[False] | None, own: SentenceReader | None) -> SentenceReader | None:
    """What reads one transcript: `own` if nothing is said, nobody if false is.

    Raises:
        ModelError: as `reader_of`.
    """
    if asked is None:
        return own
    return None if asked is False else reader_of(asked)


def with_transcript(plan: Plan, model: ModelSpec, *, is_language_known: bool) -> Plan:
    """The plan, with the task that writes what is said; the same one if a text is written already.

    Raises:
        ValueError: the model writes no text.
    """
    if plan.transcribe is not None:
        return plan
    name = next((t.name for t in model.tasks if t.decode["kind"] == TRANSCRIPT and "writes" not in t.decode), None)
    if name is None:
        have = ", ".join(task.name for task in model.tasks)
        raise ValueError(
            f"the model {model.name!r} has {have}, and what is understood has to be transcribed first: use another "
            "model, or leave out what is to understand"
        )
    return make_plan(model, (*plan.asked, name), is_language_known=is_language_known, also=plan.also)


def meaning_of(reader: SentenceReader, plan: Plan, answers: Mapping[str, Any]) -> Meaning:
    """What the transcript wants; where nobody said anything, nothing."""
    assert plan.transcribe is not None, "`with_transcript` saw to it"
    return reader.read(answers[plan.transcribe].text)
