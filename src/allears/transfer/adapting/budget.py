"""What old tasks may lose: metrics before and after, side by side, and a verdict on each.

In: scores as `train/evaluate.py` gives them, and budgets in points. Out: rows of a table. A rate (error rate, accuracy,
area under a curve) is counted in hundredths, everything else in its own unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from allears.tasks.base import Task
from allears.train.evaluate import Scores
from allears.transfer.points import points_in

__all__ = ["DEFAULT_BUDGET", "Row", "compare", "read_budgets"]

DEFAULT_BUDGET = 1.0  # points that an old task's first metric may lose if nobody says otherwise
_TOLERANCE = 1e-9  # of a difference of floats


@dataclass(frozen=True)
class Row:
    """One metric.

    Attributes:
        kind: `new`: what was learned; `old`: what was known before.
        task, metric: names.
        before, after: values; None where nothing was measured.
        points: better by, in points; below 0: worse.
        budget: points it may lose; None: it is not judged.
    """

    kind: Literal["new", "old"]
    task: str
    metric: str
    before: float | None
    after: float | None
    points: float | None
    budget: float | None = None

    @property
    def is_lost(self) -> bool:
        """Whether it lost more than it may."""
        return self.budget is not None and self.points is not None and self.points < -self.budget - _TOLERANCE


def read_budgets(text: str) -> dict[str, float]:
    """`wer=0.5,emotion=1.0` -> name of a task, metric or `task.metric` -> points.

    Raises:
        ValueError: it is not written so.
    """
    budgets: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, number = part.partition("=")
        try:
            budgets[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or not name.strip() or budgets[name.strip()] < 0:
            raise ValueError(
                f"--budget has {part!r}: give points that may be lost, for example --budget wer=0.5,emotion=1.0"
            )
    return budgets


def compare(
    kind: Literal["new", "old"],
    before: Scores,
    after: Scores,
    tasks: Mapping[str, Task],
    budgets: Mapping[str, float] | None = None,
) -> list[Row]:
    """A row for every metric of the tasks that was measured before or after.

    Args:
        kind: of all the rows.
        before: task -> metric -> value.
        after: likewise.
        tasks: for whether higher is better.
        budgets: of `read_budgets`; None: nothing is judged.

    Raises:
        ValueError: a budget for a task or metric that is not among them.
    """
    rows = []
    for name, task in tasks.items():
        for number, metric in enumerate(task.metrics()):
            old, new = before.get(name, {}).get(metric.name), after.get(name, {}).get(metric.name)
            if old is None and new is None:
                continue
            points = None
            if old is not None and new is not None:
                points = (new - old) * (1 if metric.higher_is_better else -1)
                points *= points_in(metric.name)
            budget = None if budgets is None else _budget_of(name, metric.name, budgets, is_first=number == 0)
            rows.append(Row(kind, name, metric.name, old, new, points, budget))
    if budgets:
        _check_names(budgets, rows)
    return rows


def _budget_of(task: str, metric: str, budgets: Mapping[str, float], *, is_first: bool) -> float | None:
    """The most exact one counts; a task's own is for its first metric."""
    for name in (f"{task}.{metric}", metric, *((task,) if is_first else ())):
        if name in budgets:
            return budgets[name]
    return DEFAULT_BUDGET if is_first else None


def _check_names(budgets: Mapping[str, float], rows: Sequence[Row]) -> None:
    known = {name for row in rows for name in (row.task, row.metric, f"{row.task}.{row.metric}")}
    if unknown := sorted(set(budgets) - known):
        raise ValueError(
            f"--budget names {unknown}, but what was measured of the old tasks is: "
            f"{', '.join(sorted(f'{row.task}.{row.metric}' for row in rows)) or 'nothing (give --old)'}"
        )
