"""Decode kind `segments`: a logit a frame becomes stretches of time in which something is the case.

In: logits (T,) or (T, 1) of each window. Out: `Spans`. A stretch begins where the probability reaches the threshold and
ends where it falls below the threshold - 0.15 (hysteresis, as Silero VAD does, so that it does not flicker).

Options: `threshold`, 0 to 1; `min_speech_s`: shorter stretches are dropped; `min_silence_s`: shorter gaps are closed;
`pad_s`: put before and after each stretch.

Letters: T frames, K stretches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Span, Spans
from allears.decode.base import WindowOutput
from allears.decode.options import numbers
from allears.spec import ModelSpec, TaskSpec

__all__ = ["SegmentOptions", "find_spans", "runs", "segments", "sigmoid"]

HYSTERESIS = 0.15  # how far below the threshold a stretch may sink without ending


@dataclass(frozen=True)
class SegmentOptions:
    """See the module."""

    threshold: float = 0.5
    min_speech_s: float = 0.1
    min_silence_s: float = 0.1
    pad_s: float = 0.03

    @classmethod
    def of(cls, decode: Mapping[str, Any]) -> SegmentOptions:
        """Those of a task's `decode`; what it does not state is as here."""
        return cls(**numbers(decode, vars(cls())))

    @property
    def low(self) -> float:
        """Below this a stretch ends."""
        return max(0.01, self.threshold - HYSTERESIS)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits.astype(np.float32))))


def runs(is_on: np.ndarray) -> np.ndarray:
    """First and one-past-last index of each run of true values, (T,) -> (K, 2)."""
    edges = np.flatnonzero(np.diff(is_on.astype(np.int8), prepend=0, append=0))
    return edges.reshape(-1, 2)


def find_spans(
    probabilities: np.ndarray, options: SegmentOptions, frame_shift_s: float, duration_s: float
) -> tuple[Span, ...]:
    """Stretches in (T,) probabilities; none reaches past `duration_s`."""
    found = runs(probabilities >= options.low)
    first_on = np.append(np.flatnonzero(probabilities >= options.threshold), len(probabilities))
    begins = first_on[np.searchsorted(first_on, found[:, 0])] if len(found) else found[:, 0]
    times = np.stack([begins, found[:, 1]], axis=1)[begins < found[:, 1]] * frame_shift_s  # (K, 2) seconds
    times = _close_gaps(times, options.min_silence_s)
    times = times[times[:, 1] - times[:, 0] >= options.min_speech_s - 1e-6]
    times = np.clip(times + np.array([-options.pad_s, options.pad_s]), 0.0, duration_s)
    return tuple(Span(round(float(a), 3), round(float(b), 3)) for a, b in _close_gaps(times, 0.0))


def _close_gaps(times: np.ndarray, shorter_than_s: float) -> np.ndarray:
    """Join stretches (K, 2) whose gap is shorter than that, or that overlap."""
    if len(times) < 2:
        return times
    is_gap = times[1:, 0] - times[:-1, 1] > max(shorter_than_s - 1e-6, 0.0)
    starts = times[np.append(True, is_gap), 0]
    ends = times[np.append(is_gap, True), 1]
    return np.stack([starts, ends], axis=1)


@DECODES.register
def segments(windows: Sequence[WindowOutput], task: TaskSpec, model: ModelSpec) -> Spans:
    """One logit a frame -> when it is the case."""
    logits = [window.output.reshape(-1) for window in windows]
    probabilities = sigmoid(np.concatenate(logits)) if logits else np.zeros(0, np.float32)
    duration_s = windows[-1].start_s + windows[-1].duration_s if windows else 0.0
    spans = find_spans(probabilities, SegmentOptions.of(task.decode), model.frame_shift_s, duration_s)
    return Spans(spans, probabilities, model.frame_shift_s)
