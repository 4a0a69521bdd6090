"""Decode kind `timeline`: logits a frame become labelled stretches of time.

In: logits (T, C) of each window. Out: `Timeline`. With one label at a time (`overlap: 0`) a frame has its likeliest
class; with several (`overlap: 1`) every class whose probability reaches the threshold.

Options: `overlap`, 0 or 1; `threshold`, 0 to 1, for `overlap: 1`; `min_s`: shorter stretches are dropped.

Letters: T frames, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import LabelledSpan, Timeline
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.decode.segments import runs, sigmoid
from allears.spec import ModelSpec, TaskSpec

__all__ = ["timeline"]


@DECODES.register
def timeline(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Timeline:
    """Logits a frame -> what is the case when."""
    options = numbers(task.decode, {"overlap": 0.0, "threshold": 0.5, "min_s": 0.0})
    empty = np.zeros((0, len(task.classes)), np.float32)
    logits = np.concatenate([empty, *(window.output for window in windows)])
    if options["overlap"]:
        probabilities = sigmoid(logits)
        is_on = probabilities >= options["threshold"]
    else:
        probabilities = _softmax(logits)
        is_on = np.arange(logits.shape[1])[None, :] == logits.argmax(axis=1)[:, None]
    shift_s = model.frame_shift_s
    end_s = windows[-1].start_s + windows[-1].duration_s if windows else 0.0
    spans = [
        LabelledSpan(
            label,
            round(float(first * shift_s), 3),
            round(min(float(stop * shift_s), end_s), 3),
            float(probabilities[first:stop, column].mean()),
        )
        for column, label in enumerate(task.classes)
        for first, stop in runs(is_on[:, column])
        if (stop - first) * shift_s >= options["min_s"]
    ]
    return Timeline(tuple(sorted(spans, key=lambda span: (span.start_s, span.label))))


def _softmax(logits: np.ndarray) -> np.ndarray:
    exp = np.exp(logits - logits.max(axis=1, keepdims=True)) if len(logits) else logits
    return np.asarray(exp / exp.sum(axis=1, keepdims=True))
