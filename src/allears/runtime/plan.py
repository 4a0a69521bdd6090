"""What one hearing has to run for the answers that are asked for.

In: the model's spec and the asked tasks. Out: which networks run, and which of them only help: the speech head guards
the text decoder against silence and finds where long audio may be cut, the language head tells it the language, the
CTC head spells it a draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allears.decode.spelling_heads import CTC, letters_head, spelling_head
from allears.runtime.parts import TRANSCRIPT
from allears.spec import ModelSpec, Resolution, TaskSpec

__all__ = ["CTC", "LANGUAGE", "SPEECH", "Plan", "make_plan"]

SPEECH = "speech"  # the task of kind `segments` that tells where somebody speaks
LANGUAGE = "language"  # the task whose answer the text decoder has a say in


@dataclass(frozen=True)
class Plan:
    """Networks by use.

    Attributes:
        asked: tasks that are answered, in the order of the answers.
        transcribe: the task whose text decoder writes the text; None if no text is asked for.
        more_texts: further tasks of that kind: translations.
        language: whether the language has to be found.
        decoder: the task whose text decoder has a say in the language; None if it has none.
        language_head: the head that has; None likewise.
        speech: the head that tells speech; None if it is not needed or the model has none.
        long_speech: that of audio longer than one window.
        frame_heads: run on all audio.
        clip_heads: run where somebody speaks.
        ctc: the head whose spelling the text decoder is given; None if no text is asked for or the model has none.
        letters: the head that tells when its words were said, if that is another one.
        also: frame heads that run on all audio without being answered: others read their outputs.
        judge: the task whose text decoder is asked how likely texts are (`Hearing.judge`); None if nobody asks.
    """

    asked: tuple[str, ...]
    transcribe: str | None
    more_texts: tuple[str, ...]
    language: bool
    decoder: str | None
    language_head: str | None
    speech: str | None
    long_speech: str | None
    frame_heads: tuple[str, ...]
    clip_heads: tuple[str, ...]
    ctc: str | None = None
    letters: str | None = None
    also: tuple[str, ...] = ()
    judge: str | None = None

    @property
    def networks(self) -> tuple[str, ...]:
        """Tasks whose networks a clip of one window needs."""
        helpers = (self.transcribe, self.decoder, self.language_head, self.speech, *self.spelling, self.judge)
        names = (*helpers, *self.more_texts, *self.frame_heads, *self.clip_heads, *self.also)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def spelling(self) -> tuple[str, ...]:
        """The heads that spell for the text decoder."""
        return tuple(name for name in (self.ctc, self.letters) if name)


def make_plan(
    model: ModelSpec, tasks: Sequence[str] | None, *, is_language_known: bool, also: Sequence[str] = ()
) -> Plan:
    """The plan for the asked tasks; if None, all that the model answers by default (all it has, if that is none).

    Args:
        model: its spec.
        tasks: to answer.
        is_language_known: the text decoder is told the language.
        also: heads of frames to run without answering them, for `Hearing.outputs`.

    Raises:
        ValueError: a task the model has not, or none at all; one of `also` that is no head of frames.
    """
    names = [tasks] if isinstance(tasks, str) else tasks
    asked = [model.task(name) for name in dict.fromkeys(model.default_tasks if names is None else names)]
    if not asked:
        raise ValueError(f"no task is asked for: ask for one or more of {', '.join(t.name for t in model.tasks)}")
    texts = sorted((t for t in asked if _is_text(t)), key=lambda t: "writes" in t.decode)  # what was said comes first
    transcribe = texts[0].name if texts else None
    language = any(t.name == LANGUAGE for t in asked) or (transcribe is not None and not is_language_known)
    speech = next((t.name for t in model.tasks if t.name == SPEECH), None)
    is_spelt = bool(texts) and "writes" not in texts[0].decode
    spelling = spelling_head(model) if is_spelt else None
    letters = letters_head(model) if spelling else None
    others = [t for t in asked if not _is_text(t) and t.name not in (LANGUAGE, SPEECH)]
    return Plan(
        asked=tuple(t.name for t in asked),
        transcribe=transcribe,
        more_texts=tuple(t.name for t in texts[1:]),
        language=language,
        decoder=next((t.name for t in model.tasks if _is_text(t)), None) if language else None,
        language_head=next((t.name for t in model.tasks if t.name == LANGUAGE and t.file), None) if language else None,
        speech=speech if transcribe or any(t.name == SPEECH for t in asked) else None,
        long_speech=speech,
        frame_heads=tuple(t.name for t in others if t.resolution is Resolution.FRAME),
        clip_heads=tuple(t.name for t in others if t.resolution is not Resolution.FRAME),
        ctc=spelling,
        letters=None if letters == spelling else letters,
        also=tuple(name for name in dict.fromkeys(also) if _frame_head(model, name) not in asked),
    )


def _frame_head(model: ModelSpec, name: str) -> TaskSpec:
    task = model.task(name)
    if task.resolution is not Resolution.FRAME:
        have = ", ".join(t.name for t in model.tasks if t.resolution is Resolution.FRAME) or "none"
        raise ValueError(f"the task {name!r} has no output a frame: ask for one of the heads that have, {have}")
    return task


def _is_text(task: TaskSpec) -> bool:
    return bool(task.decode["kind"] == TRANSCRIPT)
