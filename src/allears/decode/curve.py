"""Decode kind `curve`: one output a frame becomes a quantity as it goes.

In: (T, 1) of each window, in standard deviations from the mean. Out: `Curve`.

Options: `mean` and `std` of the quantity in the training data: value = mean + std * output.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Curve
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.spec import ModelSpec, TaskSpec

__all__ = ["curve"]


@DECODES.register
def curve(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Curve:
    """One output a frame -> the quantity in each."""
    scale = numbers(task.decode, {"mean": 0.0, "std": 1.0})
    outputs = np.concatenate([np.zeros(0, np.float32), *(window.output.reshape(-1) for window in windows)])
    return Curve((scale["mean"] + scale["std"] * outputs).astype(np.float32), model.frame_shift_s)
