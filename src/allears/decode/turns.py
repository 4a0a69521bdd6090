"""Decode kind `turns`: which of a few speakers talk at each moment, two at once too, without knowing who they are.

In: logits (T, C) of each window, one class a set of speakers: `none`, `A`, `B`, `AB`, ... Out: `Timeline`. Letters mean
something within a window only: in a clip of several windows the second's `A` is `2A`. Who they are over a whole
recording is found out in `meeting/`.

A class for each set of speakers, rather than a probability for each speaker, needs no threshold. Source: Plaquet and
Bredin 2023, "Powerset multi-class cross entropy loss for neural speaker diarization".

Options: `window_frames`, of the encoder, that the head learned to hear at a time; `min_s`: shorter stretches are
dropped.

Letters: T frames, C classes, S speakers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import LabelledSpan, Timeline
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.decode.segments import runs
from allears.spec import ModelSpec, TaskSpec

__all__ = ["NOBODY", "letters_of", "members", "probabilities", "turns"]

NOBODY = "none"
"""The class of frames in which nobody talks."""


def letters_of(classes: Sequence[str]) -> str:
    """The speakers that the classes are sets of: `ABC`."""
    return "".join(sorted({letter for name in classes if name != NOBODY for letter in name}))


def members(classes: Sequence[str]) -> np.ndarray:
    """Who is in which class, (C, S) float32 of 0 and 1."""
    letters = letters_of(classes)
    return np.array([[name != NOBODY and one in name for one in letters] for name in classes], np.float32)


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax over the classes, (T, C)."""
    if not len(logits):
        return np.asarray(logits, np.float32)
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True), np.float32)


@DECODES.register
def turns(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Timeline:
    """Logits a frame -> who of a window's speakers talks when."""
    options = numbers(task.decode, {"stride": 1.0, "window_frames": 0.0, "min_s": 0.0})
    found = [
        span
        for number, window in enumerate(windows, start=1)
        for span in _spans(window, task, model, "" if len(windows) == 1 else str(number))
        if span.end_s - span.start_s >= options["min_s"]
    ]
    return Timeline(tuple(sorted(found, key=lambda span: (span.start_s, span.label))))


def _spans(window: WindowOutput, task: TaskSpec, model: ModelSpec, prefix: str) -> list[LabelledSpan]:
    likely, sets, shift_s = probabilities(window.output), members(task.classes), model.shift_s(task)
    on, shares = sets[likely.argmax(axis=1)] > 0, likely @ sets  # (T, S)
    return [
        LabelledSpan(
            prefix + letter,
            round(window.start_s + float(first * shift_s), 3),
            round(window.start_s + min(float(stop * shift_s), window.duration_s), 3),
            float(shares[first:stop, column].mean()),
        )
        for column, letter in enumerate(letters_of(task.classes))
        for first, stop in runs(on[:, column])
    ]
