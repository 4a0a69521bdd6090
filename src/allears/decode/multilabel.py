"""Decode kind `multilabel`: a logit a class becomes those labels of a set that are the case, any number of them.

In: logits (C,) of each window. Out: `Tags`. A label is the case in a clip if it is anywhere in it: the probability of a
clip is the highest of its windows.

Option: `threshold`, the probability from which a label counts, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Tags
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.decode.segments import sigmoid
from allears.spec import ModelSpec, TaskSpec

__all__ = ["multilabel"]


@DECODES.register
def multilabel(
    windows: Sequence[WindowOutput],
    task: TaskSpec,
    model: ModelSpec,  # noqa: ARG001  as every `Decode`
) -> Tags:
    """One logit a class -> the labels above the threshold, likeliest first, and the probability of each class."""
    threshold = numbers(task.decode, {"threshold": 0.5})["threshold"]
    best = sigmoid(np.stack([window.output.reshape(-1) for window in windows])).max(axis=0)
    probabilities = {label: float(p) for label, p in zip(task.classes, best, strict=True)}
    found = [label for label, p in probabilities.items() if p >= threshold]
    return Tags(tuple(sorted(found, key=lambda label: -probabilities[label])), probabilities)
