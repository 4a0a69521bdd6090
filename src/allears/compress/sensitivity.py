"""Which parts of a model a task cannot do without: each unit is made smaller alone, and the tasks measured.

In: a method, a model of floats, and what measures a folder. Out: a row a unit with the points that each task lost, and
the units that stay out because they cost some task more than its budget. What stays costs more together than each
alone: while a task is over its budget, the unit that hurt it most goes back.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from allears.compress.base import Method, Unit
from allears.compress.losses import Loss, broken, losses
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import Scores

__all__ = ["Measure", "Sensitivity", "Trial", "each_alone", "fit"]

Measure = Callable[[Path, Sequence[str] | None], Scores]
"""(model folder, tasks or all) -> scores"""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Sensitivity:
    """What one unit costs.

    Attributes:
        unit: its name.
        num_bytes: of its weights before.
        rows: of the tasks that hear through it.
        reason: why it stays as it is; empty if it changes.
    """

    unit: str
    num_bytes: int
    rows: tuple[Loss, ...]
    reason: str = ""


@dataclass(frozen=True)
class Trial:
    """A method on a model, and how its results are judged.

    Attributes:
        method: what is tried.
        model: of floats.
        work: folder for trials.
        measure: what measures a folder.
        before: scores of the model as it was.
        budgets: points each task may lose.
        clips: (S,) to calibrate on.
    """

    method: Method
    model: ModelFolder
    work: Path
    measure: Measure
    before: Scores
    budgets: Mapping[str, float]
    clips: Sequence[np.ndarray]

    def losses(self, units: Sequence[Unit], tasks: Sequence[str] | None) -> list[Loss]:
        """With those units changed; the folder is gone afterwards."""
        out = self.work / "trial"
        self.method.apply(self.model, out, units, self.clips)
        try:
            after = self.measure(out, tasks)
        finally:
            shutil.rmtree(out)
        before = self.before if tasks is None else {name: self.before[name] for name in tasks if name in self.before}
        return losses(before, after, self.budgets)


def each_alone(trial: Trial, tell: Tell) -> list[Sensitivity]:
    """A row for every unit that the method can change; `tell` is given a line a unit."""
    found = []
    for unit in trial.method.units(trial.model):
        rows = trial.losses([unit], unit.tasks)
        reason = f"alone it breaks {', '.join(broken(rows))}" if broken(rows) else ""
        tell(f"{unit.name}: {_worst(rows)}{' - stays as it is' if reason else ''}")
        found.append(Sensitivity(unit.name, unit.num_bytes, tuple(rows), reason))
    return found


def _worst(rows: Sequence[Loss]) -> str:
    known = [row for row in rows if row.points is not None]
    if not known:
        return "nothing was measured"
    worst = min(known, key=lambda row: row.points or 0.0)
    return f"{worst.task}.{worst.metric} {worst.points:+.2f}"


def fit(trial: Trial, table: Sequence[Sensitivity], tell: Tell) -> list[Sensitivity]:
    """The table with more units kept out, until all tasks are within their budgets or none is left."""
    units = {unit.name: unit for unit in trial.method.units(trial.model)}
    rows = {one.unit: one for one in table}
    while chosen := [units[name] for name, one in rows.items() if not one.reason]:
        lost = broken(trial.losses(chosen, None))
        heard = [unit for unit in chosen if any(name.partition(".")[0] in unit.tasks for name in lost)]
        if not heard:
            if lost:
                tell(f"{', '.join(lost)} over budget, and no unit is left that they hear through")
            break
        worst = max(heard, key=lambda unit: _harm(rows[unit.name], lost))
        tell(f"together they break {', '.join(lost)}: {worst.name} stays as it is")
        one = rows[worst.name]
        rows[worst.name] = replace(one, reason=f"with the others it breaks {', '.join(lost)}")
    return list(rows.values())


def _harm(one: Sensitivity, lost: Sequence[str]) -> tuple[float, int]:
    """Points that the broken tasks lost by it alone; of units that harm alike, the smallest goes back first."""
    points = [row.points or 0.0 for row in one.rows if f"{row.task}.{row.metric}" in lost]
    return -min(points, default=0.0), -one.num_bytes
