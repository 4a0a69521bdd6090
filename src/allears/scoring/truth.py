"""What a clip's labels say that a task should answer.

In: a task's spec and a clip. Out: a class, a text, a name, values; None where the clip does not say. Absence, never
a guess. The field of a closed set is named as its task is (`emotion`), or the task's start (`age-group` is told by
`age`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allears.data.manifest import Clip
from allears.data.slot_values import values_of
from allears.decode.slots import is_tag
from allears.spec import TaskSpec
from allears.texts import plain_words
from allears.vocabulary import base_language

__all__ = ["true_class", "true_intent", "true_name", "true_text", "true_values"]

_TEXTS = ("text", "text_full")
_NAMES: Mapping[str, str] = {"keyword-embedding": "keyword"}  # task -> field; others are called as their field is


def true_class(task: TaskSpec, clip: Clip) -> str | None:
    """The class of a closed set; None if the clip has none, or one that the task does not know."""
    value = clip.labels.get(task.name)
    if task.name == "language" and value is not None:
        value = base_language(str(value))
    if task.name == "age-group" and "age" in clip.labels:
        value = _band(task.classes, clip.labels["age"])
    return None if value is None or str(value) not in task.classes else str(value)


def _band(bands: tuple[str, ...], age: Any) -> str:
    """`0-15`, `16+`: the last band that begins by that age."""
    begins = [float(band.rstrip("+").partition("-")[0]) for band in bands]
    return bands[max(0, sum(first <= float(age) for first in begins) - 1)]


def true_text(task: TaskSpec, clip: Clip) -> str | None:
    """What was said, as plain words; None if nobody wrote it down, or the task does not write that language."""
    text = next((str(clip.labels[field]) for field in _TEXTS if field in clip.labels), None)
    writes, language = task.decode.get("languages"), clip.labels.get("language")
    if writes and language is not None and base_language(str(language)) not in writes:
        return None
    return (plain_words(text) or None) if text is not None else None


def true_name(task: TaskSpec, clip: Clip) -> str | None:
    """Whose voice, or which word, an embedding should tell apart."""
    value = clip.labels.get(_NAMES.get(task.name, task.name))
    return None if value is None else str(value)


def true_intent(task: TaskSpec, clip: Clip) -> str | None:
    """What a command wants; None if the clip does not say, or wants what the task does not know."""
    value, known = clip.labels.get("intent"), task.classes[_num_units(task) :]
    return None if value is None or str(value) not in known else str(value)


def true_values(task: TaskSpec, clip: Clip) -> list[tuple[str, str]] | None:
    """Slot and words of each value in a command; none in noise. None if the clip does not say, or has a slot that the
    task does not know."""
    if "noise" in clip.labels:
        return []
    if not {"text", "slots"} <= clip.labels.keys():
        return None
    known = {unit[1:-1] for unit in task.classes[: _num_units(task)] if is_tag(unit)}
    found = list(values_of(str(clip.labels["text"]), clip.labels["slots"]))
    return found if {name for name, _ in found} <= known else None


def _num_units(task: TaskSpec) -> int:
    """Units that a task spells with; intents come behind them."""
    return len(task.classes) - int(task.decode.get("num_intents", 0))
