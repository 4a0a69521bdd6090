"""What was forgotten along a sequence of adaptations: a matrix of scores, and two numbers that sum it up.

In: scores after each stage, on what was learned at which stage. Out: the matrix, its changes, average forgetting and
backward transfer. No torch.

R[s, j]: the score of column j after stage s, its sign turned where lower is better; learned(j) the stage at which it
was learned (0: the model knew it before); S the last stage.
Backward transfer (Lopez-Paz & Ranzato 2017, "Gradient episodic memory"): mean over j of R[S, j] - R[learned(j), j].
Average forgetting (Chaudhry et al. 2018, "Riemannian walk"): mean over j of max over l < S of R[l, j], minus R[S, j].
Both over the columns learned before the last stage.
Ours differs: several columns may have been learned at one stage (in the papers, one each), what the model knew at the
start counts as learned at stage 0, and stages at which a column was not measured are passed over, as are columns that
were not measured after the last one. The maximum begins at the stage at which the column was learned.

Letters: S + 1 stages, J columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.transfer.points import points_in

__all__ = ["Column", "Forgetting", "summed_up"]


@dataclass(frozen=True)
class Column:
    """Something that can be forgotten.

    Attributes:
        clips: name of what it was measured on.
        task, metric: names.
        is_higher_better: of the metric.
        learned: stage at which it was learned; 0 if the model knew it before.
    """

    clips: str
    task: str
    metric: str
    is_higher_better: bool
    learned: int = 0

    @property
    def scale(self) -> float:
        """What makes points of a difference, above 0 where it got better: rates count in hundredths."""
        return (1.0 if self.is_higher_better else -1.0) * points_in(self.metric)


@dataclass(frozen=True, eq=False)
class Forgetting:
    """The matrix.

    Attributes:
        stages: names, the model as it was first.
        columns: what was measured.
        values: (S + 1, J) metrics as they are; NaN where nothing was measured.
        is_sequence: whether each stage went on from the one before it; if not, all of them began at the first.
    """

    stages: tuple[str, ...]
    columns: tuple[Column, ...]
    values: np.ndarray
    is_sequence: bool = True

    def first(self, j: int) -> int:
        """The stage that column j is compared with: the first from when it was learned on at which it was measured."""
        learned = self.columns[j].learned
        known = np.flatnonzero(np.isfinite(self.values[learned:, j]))
        return learned + (int(known[0]) if len(known) else 0)

    @property
    def changes(self) -> np.ndarray:
        """(S + 1, J) points better than at the stage it is compared with, below 0 worse; NaN before that."""
        found = np.full(self.values.shape, np.nan)
        for j, column in enumerate(self.columns):
            first = self.first(j)
            found[first:, j] = (self.values[first:, j] - self.values[first, j]) * column.scale
        return found


def summed_up(matrix: Forgetting) -> Mapping[str, float | None]:
    """`backward_transfer` and `average_forgetting` in points, `num_columns` they are over; None where there is none.

    Stages side by side have neither: nothing came after what was learned.
    """
    backward: list[float] = []
    forgotten: list[float] = []
    last = len(matrix.stages) - 1
    for j, column in enumerate(matrix.columns if matrix.is_sequence else ()):
        scores = matrix.values[:, j] * column.scale
        earlier = scores[column.learned : last]
        if column.learned >= last or not np.isfinite(scores[last]) or not np.isfinite(earlier).any():
            continue
        forgotten.append(float(np.nanmax(earlier) - scores[last]))
        if np.isfinite(scores[column.learned]):
            backward.append(float(scores[last] - scores[column.learned]))
    return {
        "backward_transfer": _mean(backward),
        "average_forgetting": _mean(forgotten),
        "num_columns": float(len(forgotten)),
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
