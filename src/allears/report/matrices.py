"""How tasks stand to each other: gradient cosines and affinities, averaged over what the log holds.

In: records `conflict`, `affinity`, and the cosines that gradient balancers leave in `train`. Out: a matrix by task.
No torch here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.report.runs import Run

__all__ = ["Matrix", "affinity_of", "cosines_of", "norms_of"]


@dataclass(frozen=True)
class Matrix:
    """Values between tasks.

    Attributes:
        tasks: rows and columns.
        values: (K, K), row acts on column; NaN where the two were never seen together.
        num_records: records it is the mean of.
    """

    tasks: tuple[str, ...]
    values: np.ndarray
    num_records: int

    def pairs(self) -> list[tuple[str, str, float]]:
        """(row, column, value) off the diagonal, where there is one."""
        return [
            (a, b, float(self.values[i, j]))
            for i, a in enumerate(self.tasks)
            for j, b in enumerate(self.tasks)
            if i != j and np.isfinite(self.values[i, j])
        ]

    def as_dict(self) -> dict[str, dict[str, float]]:
        """Nested mappings, for JSON."""
        found: dict[str, dict[str, float]] = {}
        for a, b, value in self.pairs():
            found.setdefault(a, {})[b] = value
        return found


def cosines_of(run: Run) -> Matrix | None:
    """Mean cosine of the tasks' gradients, symmetric with 1 on the diagonal; None if the log has none.

    From `conflict` records if there are any, else from what the balancer itself reported in `train`.
    """
    nested = [record["cosine"] for record in run.events("conflict")]
    if not nested:
        nested = [_nest(record.get("cosine", {})) for record in run.events("train") if record.get("cosine")]
    matrix = _mean(nested, run.tasks)
    if matrix is None:
        return None
    both = np.stack([matrix.values, matrix.values.T])
    known = np.isfinite(both)
    counts = known.sum(0)
    values = np.where(counts > 0, np.where(known, both, 0.0).sum(0) / np.maximum(counts, 1), np.nan)
    np.fill_diagonal(values, 1.0)
    return Matrix(matrix.tasks, values, matrix.num_records)


def affinity_of(run: Run) -> Matrix | None:
    """Mean affinity: what a step for the row's task does to the column's loss (Fifty et al. 2021, see
    `train/affinity.py`); None if the log has none."""
    return _mean([record["affinity"] for record in run.events("affinity")], run.tasks)


def norms_of(run: Run) -> dict[str, float]:
    """Task -> mean norm of its gradient on what is shared; empty if the log has none."""
    seen: dict[str, list[float]] = {}
    for record in run.events("conflict"):
        for task, value in record.get("norm", {}).items():
            seen.setdefault(task, []).append(float(value))
    return {task: float(np.mean(values)) for task, values in seen.items()}


def _nest(flat: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """`{"a~b": x}` of the log -> `{"a": {"b": x}}`."""
    nested: dict[str, dict[str, float]] = {}
    for pair, value in flat.items():
        first, _, second = pair.partition("~")
        nested.setdefault(first, {})[second] = value
    return nested


def _mean(records: Iterable[Mapping[str, Mapping[str, float]]], order: Sequence[str]) -> Matrix | None:
    records = list(records)
    named = {task for record in records for task in (*record, *(other for row in record.values() for other in row))}
    tasks = (*(task for task in order if task in named), *sorted(named - set(order)))
    if len(tasks) < 2:
        return None
    sums, counts = np.zeros((len(tasks), len(tasks))), np.zeros((len(tasks), len(tasks)))
    index = {task: i for i, task in enumerate(tasks)}
    for record in records:
        for task, row in record.items():
            for other, value in row.items():
                if np.isfinite(value):
                    sums[index[task], index[other]] += value
                    counts[index[task], index[other]] += 1
    values = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return Matrix(tuple(tasks), values, len(records))
