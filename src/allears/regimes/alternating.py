"""One task a batch: its loss alone counts, and its clips are the ones heard.

In turn by default; at random where weights or a temperature are given. Tasks that share no clips are trained this way
without a batch in which most losses are absent. A balancer sees one loss at a time, so gradient methods have nothing to
reconcile; the weights of the tasks are how often they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allears.regimes import REGIMES
from allears.regimes.base import RunFacts, Turn, check_tasks
from allears.regimes.draw import pick

__all__ = ["Alternating", "alternating"]


class Alternating:
    """See the module.

    Args:
        tasks: in the order they come.
        weights: task -> how often it is drawn, relative to the others; None: in turn.
        seed: of the draws.
    """

    def __init__(self, tasks: Sequence[str], weights: Mapping[str, float] | None = None, seed: int = 0) -> None:
        self._tasks, self._weights, self._seed = tuple(tasks), weights, seed

    def turn(self, step: int, batch: int) -> Turn:
        if self._weights is None:
            return Turn({self._tasks[batch % len(self._tasks)]: 1.0})
        return Turn({pick(self._weights, self._seed, batch): 1.0})

    def tasks_of(self, phase: int) -> Sequence[str]:
        return self._tasks


@REGIMES.register
def alternating(
    *, run: RunFacts, weights: Mapping[str, float] | None = None, temperature: float | None = None
) -> Alternating:
    """One task a batch, in turn; `weights`: how often each is drawn (1 where none is given); `temperature` T: drawn in
    proportion to its labelled clips n as n^(1/T) (Arivazhagan et al. 2019), times its weight."""
    if weights is None and temperature is None:
        return Alternating(run.tasks)
    given = dict(weights or {})
    check_tasks(list(given), run.tasks, "regime.weights")
    bad = {task: weight for task, weight in given.items() if weight <= 0}
    if bad:
        raise ValueError(f"regime.weights must be above 0, got {bad}: take a task that should never train out")
    chances = {task: float(given.get(task, 1.0)) for task in run.tasks}
    if temperature is not None:
        if temperature <= 0:
            raise ValueError(f"regime.temperature must be above 0, got {temperature}: 1 draws tasks by their clips")
        sizes = run.num_labelled()
        chances = {task: weight * sizes[task] ** (1 / temperature) for task, weight in chances.items()}
    return Alternating(run.tasks, chances, run.seed)
