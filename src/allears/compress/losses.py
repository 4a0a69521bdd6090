"""What tasks lost: scores before and after side by side, in points, and a verdict on each.

In: scores as `scoring/folder.py` gives them, and budgets (`wer=0.5,emotion=1.0`). Out: rows of a table. A point is a
hundredth: all these metrics are rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allears.scoring.folder import Scores
from allears.scoring.meters import HIGHER_IS_BETTER
from allears.transfer.adapting.budget import DEFAULT_BUDGET

__all__ = ["AGREEMENT", "Loss", "broken", "check_budgets", "losses"]

AGREEMENT = "agreement"  # with the answers of the model as it was
_TOLERANCE = 1e-9  # of a difference of floats


@dataclass(frozen=True)
class Loss:
    """One metric.

    Attributes:
        task, metric: names.
        before, after: values, 0 to 1; None where nothing was measured.
        points: better by, in hundredths; below 0: worse.
        budget: points it may lose; None: it is not judged.
    """

    task: str
    metric: str
    before: float | None
    after: float | None
    points: float | None
    budget: float | None

    @property
    def is_broken(self) -> bool:
        """Whether it lost more than it may."""
        return self.budget is not None and self.points is not None and self.points < -self.budget - _TOLERANCE


def losses(before: Scores, after: Scores, budgets: Mapping[str, float]) -> list[Loss]:
    """A row for every metric that was measured before or after.

    The first metric of a task may lose what its budget says, or `DEFAULT_BUDGET` points; others are judged only if a
    budget names them. `agreement` is 1 before.
    """
    rows = []
    for task in dict.fromkeys([*before, *after]):
        old, new = before.get(task, {}), after.get(task, {})
        for number, metric in enumerate(dict.fromkeys([*old, *new])):
            was, now = 1.0 if metric == AGREEMENT else old.get(metric), new.get(metric)
            points = None
            if was is not None and now is not None:
                points = 100 * (now - was) * (1 if HIGHER_IS_BETTER[metric] else -1)
            is_first = number == 0 and metric != AGREEMENT
            rows.append(Loss(task, metric, was, now, points, _budget(task, metric, budgets, is_first=is_first)))
    return rows


def _budget(task: str, metric: str, budgets: Mapping[str, float], *, is_first: bool) -> float | None:
    """The most exact one counts; a task's own is for its first metric."""
    for name in (f"{task}.{metric}", metric, *((task,) if is_first else ())):
        if name in budgets:
            return budgets[name]
    return DEFAULT_BUDGET if is_first else None


def broken(rows: Sequence[Loss]) -> list[str]:
    """`emotion.accuracy` of those that lost more than they may."""
    return [f"{row.task}.{row.metric}" for row in rows if row.is_broken]


def check_budgets(budgets: Mapping[str, float], scores: Scores) -> None:
    """Raise ValueError if a budget is for something that was not measured."""
    known = {AGREEMENT} | set(scores)
    known |= {name for task, values in scores.items() for metric in values for name in (metric, f"{task}.{metric}")}
    known |= {f"{task}.{AGREEMENT}" for task in scores}
    if unknown := sorted(set(budgets) - known):
        raise ValueError(
            f"--budget names {unknown}, but what the clips measure is: {', '.join(sorted(known))}: correct the name, "
            "or give --measure a manifest with labels of that task"
        )
