"""Running numbers of tasks that speak about clips or about frames alike: a row is a clip, or a labelled frame of one.

In: outputs (P, C) with targets (P, C), or outputs (P, T, C) with a `FrameTarget`. Out: one number over all rows.

Letters: P clips, T frames, C columns, N rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.metrics import average_precision_score
from torch import Tensor

from allears.parts.span_labels import FrameTarget

__all__ = ["Concordance", "MeanAbsoluteError", "MeanAveragePrecision", "RowAccuracy"]


class _Rows:
    def __init__(self) -> None:
        self.said: list[np.ndarray] = []
        self.true: list[np.ndarray] = []

    def update(self, output: Tensor, target: Tensor | FrameTarget, num_frames: Tensor) -> None:
        for said, true in _rows(output, target, num_frames):
            self.said.append(said.float().numpy())
            self.true.append(true.float().numpy())

    def rows(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(N, C) outputs and targets; None if nothing was seen."""
        return (np.concatenate(self.said), np.concatenate(self.true)) if self.said else None


def _rows(output: Tensor, target: Tensor | FrameTarget, num_frames: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    if isinstance(target, Tensor):
        yield output, target
        return
    for logits, value, known, count in zip(output, target.value, target.is_known, num_frames.tolist(), strict=True):
        at = known[:count] > 0
        if at.any():
            yield logits[:count][at], value[:count][at]


class RowAccuracy(_Rows):
    """Share of rows whose likeliest column is the right one."""

    name, higher_is_better = "accuracy", True

    def compute(self) -> float | None:
        seen = self.rows()
        return None if seen is None else float((seen[0].argmax(1) == seen[1].argmax(1)).mean())


class MeanAveragePrecision(_Rows):
    """Area under each column's precision-recall curve, averaged over the columns that are ever the case."""

    name, higher_is_better = "map", True

    def compute(self) -> float | None:
        seen = self.rows()
        columns = [] if seen is None else [c for c in range(seen[1].shape[1]) if seen[1][:, c].max() > 0]
        if seen is None or not columns:
            return None
        return float(np.mean([average_precision_score(seen[1][:, c] > 0.5, seen[0][:, c]) for c in columns]))


class MeanAbsoluteError(_Rows):
    """Mean distance, in the unit of the labels.

    Args:
        std: of the quantity: what one step of the output is worth.
    """

    name, higher_is_better = "mae", False

    def __init__(self, std: float = 1.0) -> None:
        super().__init__()
        self.std = std

    def compute(self) -> float | None:
        seen = self.rows()
        return None if seen is None else self.std * float(np.abs(seen[0] - seen[1]).mean())


class Concordance(_Rows):
    """Lin's concordance correlation: 2 cov(x, y) / (var(x) + var(y) + (mean(x) - mean(y))^2), Lin 1989; -1 to 1.

    Unlike Pearson's, it is 1 only where the numbers themselves agree. None for fewer than two different labels.
    """

    name, higher_is_better = "ccc", True

    def compute(self) -> float | None:
        seen = self.rows()
        if seen is None or np.ptp(seen[1]) == 0:
            return None
        x, y = (side.ravel().astype(np.float64) for side in seen)
        covariance = float(((x - x.mean()) * (y - y.mean())).mean())
        return 2 * covariance / float(x.var() + y.var() + (x.mean() - y.mean()) ** 2)
