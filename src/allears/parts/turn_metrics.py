"""How well a network tells the speakers of a window apart: running numbers over windows.

In: logits (P, T, C) of clips that are windows, and who talks (P, T, N). Out: one number.

Letters: P clips, T frames, S speakers, C classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np
from torch import Tensor

from allears.decode.turns import members
from allears.parts.turn_labels import SetsOfSpeakers

__all__ = ["LocalErrorRate", "OverlapF1"]


class _Frames:
    """Who talks, as said and in truth, clip by clip."""

    def __init__(self, classes: Sequence[str]) -> None:
        self._sets, self._classes = members(classes), SetsOfSpeakers(classes)

    def clips(self, output: Tensor, target: Tensor, num_frames: Tensor) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(T, S) bool of each clip: said, true."""
        for logits, talks, count in zip(output, target, num_frames.tolist(), strict=True):
            said = self._sets[logits[:count].argmax(-1).numpy()]
            true = self._classes(talks[None, : len(said)])[0]
            yield said > 0, self._sets[true.numpy()] > 0


class LocalErrorRate(_Frames):
    """(missed + false alarm + confused) / speech, over all clips, each under its best order of the speakers."""

    name, higher_is_better = "local_der", False

    def __init__(self, classes: Sequence[str]) -> None:
        super().__init__(classes)
        self._wrong = self._speech = 0.0

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        for said, true in self.clips(output, target, num_frames):
            together = said.T.astype(np.int64) @ true  # (S, S) frames
            speakers = range(len(together))
            right = max(together[list(order), speakers].sum() for order in permutations(speakers))
            num_said, num_true = said.sum(axis=1), true.sum(axis=1)
            self._wrong += float(np.maximum(num_said, num_true).sum() - right)
            self._speech += float(num_true.sum())

    def compute(self) -> float | None:
        return self._wrong / self._speech if self._speech else None


class OverlapF1(_Frames):
    """F1 of the frames in which two or more talk; None if there are none, said or true."""

    name, higher_is_better = "overlap_f1", True

    def __init__(self, classes: Sequence[str]) -> None:
        super().__init__(classes)
        self._both = self._either = 0

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        for said, true in self.clips(output, target, num_frames):
            is_said, is_true = said.sum(axis=1) > 1, true.sum(axis=1) > 1
            self._both += 2 * int((is_said & is_true).sum())
            self._either += int(is_said.sum() + is_true.sum())

    def compute(self) -> float | None:
        return self._both / self._either if self._either else None
