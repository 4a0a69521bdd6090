"""Decode kind `number`: one output becomes a quantity of the clip.

In: (1,) of each window, in standard deviations from the mean. Out: `Number`, of the windows' mean, weighted by how much
is said in each.

Options: `mean` and `std` of the quantity in the training data: value = mean + std * output.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Number
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.decode.weights import window_weights
from allears.spec import ModelSpec, TaskSpec

__all__ = ["number"]


@DECODES.register
def number(
    windows: Sequence[WindowOutput],
    task: TaskSpec,
    model: ModelSpec,  # noqa: ARG001  as every `Decode`
) -> Number:
    """One output a window -> the quantity."""
    scale = numbers(task.decode, {"mean": 0.0, "std": 1.0})
    outputs = np.array([float(window.output.reshape(-1)[0]) for window in windows])
    return Number(scale["mean"] + scale["std"] * float(window_weights(windows) @ outputs))
