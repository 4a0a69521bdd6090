"""Any column of a manifest as a task: classes, tags or a number, of the clip or as it goes in time.

Manifest: the field that `field` names. Of a clip: a word (`classes`), a list of words (`multilabel`), a number
(`number`). Of frames: a list of `[start_s, end_s, value]` with such values.
Loss: cross-entropy, binary cross-entropy (mean over classes), squared error in standard deviations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from allears.parts.closed_set import closed_set
from allears.parts.heads import ClipHead, FrameHead
from allears.parts.labels import NumberLabel, TagsLabel
from allears.parts.losses import clip_binary_cross_entropy, clip_squared_error, known_frames
from allears.parts.row_metrics import Concordance, MeanAbsoluteError, MeanAveragePrecision, RowAccuracy
from allears.parts.span_labels import SpanLabel
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "classify"]

_CLIP_HIDDEN, _FRAME_HIDDEN = 128, 64


@TASKS.register
def classify(
    *,
    name: str = "classify",
    field: str | None = None,
    classes: Sequence[str] = (),
    level: Literal["clip", "frame"] = "clip",
    output: Literal["classes", "multilabel", "number"] = "classes",
    background: str | None = None,
    threshold: float = 0.5,
    mean: float = 0.0,
    std: float = 1.0,
    hidden: int | None = None,
) -> Task:
    """A label column as a task: `warmth: {kind: classify, field: warmth, output: number}`.

    Args:
        name: of the task.
        field: manifest key; the task's name if None.
        classes: for `classes` and `multilabel`.
        level: one answer a clip, or one a frame.
        output: one of the classes, any number of them, or a quantity.
        background: for classes of frames: the class of frames in no stretch. None: such frames are not labelled.
        threshold: probability from which a class of `multilabel` counts.
        mean: of a quantity in the training data.
        std: its standard deviation, above 0.
        hidden: width of the head; 128 for clips and 64 for frames if None.

    Raises:
        ValueError: options that do not go together.
    """
    _check(name, classes, level, output, background, std)
    key = field or name
    scale = {"mean": mean, "std": std}
    if level == "frame":
        return _of_frames(name, key, tuple(classes), output, background, threshold, scale, hidden or _FRAME_HIDDEN)
    width = hidden or _CLIP_HIDDEN
    if output == "classes":
        return closed_set(name, field=key, classes=classes, hidden=width)
    if output == "multilabel":
        return Task(
            spec=TaskSpec(name, Resolution.CLIP, {"kind": "multilabel", "threshold": threshold}, tuple(classes)),
            label=TagsLabel(key, classes),
            head=lambda dim: ClipHead(dim, len(classes), hidden=width),
            loss_per_clip=clip_binary_cross_entropy,
            metrics=lambda: (MeanAveragePrecision(),),
        )
    return Task(
        spec=TaskSpec(name, Resolution.CLIP, {"kind": "number", **scale}),
        label=NumberLabel(key, mean, std),
        head=lambda dim: ClipHead(dim, 1, hidden=width),
        loss_per_clip=clip_squared_error,
        metrics=lambda: (MeanAbsoluteError(std), Concordance()),
    )


def _of_frames(
    name: str,
    field: str,
    classes: tuple[str, ...],
    output: str,
    background: str | None,
    threshold: float,
    scale: dict[str, float],
    hidden: int,
) -> Task:
    if output == "number":
        mean, std = scale["mean"], scale["std"]
        return Task(
            spec=TaskSpec(name, Resolution.FRAME, {"kind": "curve", **scale}),
            label=SpanLabel(field, 1, _number(mean, std)),
            head=lambda dim: FrameHead(dim, 1, hidden=hidden),
            loss_per_clip=known_frames(known_frames.squared_error),
            metrics=lambda: (MeanAbsoluteError(std), Concordance()),
        )
    is_several = output == "multilabel"
    rest = np.zeros(len(classes), np.float32) if is_several else None
    if background is not None:
        rest = np.eye(len(classes), dtype=np.float32)[classes.index(background)]
    decode = {"kind": "timeline", "overlap": int(is_several), "threshold": threshold}
    loss = known_frames.binary_cross_entropy if is_several else known_frames.cross_entropy
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, decode, classes),
        label=SpanLabel(field, len(classes), _class(classes, is_alone=not is_several), rest),
        head=lambda dim: FrameHead(dim, len(classes), hidden=hidden),
        loss_per_clip=known_frames(loss),
        metrics=lambda: (MeanAveragePrecision(),) if is_several else (RowAccuracy(),),
    )


def _class(classes: Sequence[str], *, is_alone: bool) -> Callable[[np.ndarray, Any], bool]:
    index = {name: i for i, name in enumerate(classes)}

    def write(frames: np.ndarray, value: Any) -> bool:
        if value not in index:
            return False
        if is_alone:
            frames[:] = 0.0
        frames[:, index[value]] = 1.0
        return True

    return write


def _number(mean: float, std: float) -> Callable[[np.ndarray, Any], bool]:
    def write(frames: np.ndarray, value: Any) -> bool:
        frames[:] = (float(value) - mean) / std
        return True

    return write


def _check(name: str, classes: Sequence[str], level: str, output: str, background: str | None, std: float) -> None:
    if level not in ("clip", "frame") or output not in ("classes", "multilabel", "number"):
        raise ValueError(
            f"{name}: level is {level!r} and output {output!r}: give clip or frame, and classes, multilabel or number"
        )
    if bool(classes) is (output == "number") or len(set(classes)) < len(classes):
        raise ValueError(
            f"{name}: output {output!r} with the classes {list(classes)}: give each class once for classes and "
            "multilabel, and none for number"
        )
    if background is not None and (level != "frame" or output != "classes" or background not in classes):
        raise ValueError(
            f"{name}: background is {background!r}: it is one of `classes`, for `level: frame` with `output: classes`"
        )
    if std <= 0:
        raise ValueError(f"{name}: std is {std}: give the standard deviation of the labels, above 0")


EXAMPLE = Example({"classes": ("warm", "cold"), "hidden": 8}, ({"classify": "warm"}, {"classify": "cold"}))
