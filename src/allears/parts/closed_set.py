"""A task that says one of a few words about a whole clip: the five parts that emotion, gender, accent... share.

In: a name, a manifest field and its classes. Out: a `Task` (loss: cross-entropy; answer: `Choice`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from allears.parts.heads import ClipHead
from allears.parts.labels import ClassLabel
from allears.parts.losses import clip_cross_entropy
from allears.parts.metrics import Accuracy, MacroF1
from allears.spec import Resolution, TaskSpec
from allears.tasks.base import Task

__all__ = ["closed_set"]


def closed_set(
    name: str, *, field: str, classes: Sequence[str], hidden: int = 128, convert: Callable[[Any], str] = str
) -> Task:
    """One of `classes` for a clip.

    Args:
        name: of the task.
        field: manifest key; a value outside `classes` is absence.
        classes: at least two, each once.
        hidden: width of the head.
        convert: applied to the manifest's value first (years -> a band of ages).

    Raises:
        ValueError: fewer than two classes, or one twice.
    """
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise ValueError(
            f"{name} needs two or more classes, each once, got {list(classes)}: "
            f"`classes: {{from_field: {field}}}` takes those of the training clips"
        )
    return Task(
        spec=TaskSpec(name, Resolution.CLIP, {"kind": "top_one"}, tuple(classes)),
        label=ClassLabel(field, classes, convert),
        head=lambda dim: ClipHead(dim, len(classes), hidden=hidden),
        loss_per_clip=clip_cross_entropy,
        metrics=lambda: (Accuracy(), MacroF1()),
    )
