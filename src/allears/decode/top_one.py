"""Decode kind `top-one`: a logit a class becomes one label of a closed set.

In: logits (C,) of each window. Out: `Choice`. The logits of the windows are averaged, by how much is said in each, and
then go through a softmax.

Options, read by the runtime where a text decoder knows languages too (`allears/runtime/languages.py`): `fusion`,
`outside`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Choice
from allears.decode.base import WindowOutput
from allears.decode.weights import window_weights
from allears.spec import ModelSpec, TaskSpec

__all__ = ["top_one"]


@DECODES.register
def top_one(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Choice:
    """One logit a class -> the likeliest class and the probability of each.

    Raises:
        ValueError: the head does not have as many outputs as the task has classes.
    """
    logits = window_weights(windows) @ np.stack([w.output.reshape(-1).astype(np.float64) for w in windows])
    if len(logits) != len(task.classes):
        raise ValueError(
            f"the head of {task.name!r} in {model.name!r} gives {len(logits)} outputs for {len(task.classes)} classes: "
            "export the model again"
        )
    exp = np.exp(logits - logits.max())
    probabilities = {label: float(p) for label, p in zip(task.classes, exp / exp.sum(), strict=True)}
    best = max(probabilities, key=lambda label: probabilities[label])
    return Choice(best, probabilities[best], probabilities)
