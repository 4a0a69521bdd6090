"""One task after another; some batches go back to the tasks before, so that they are not forgotten.

Rehearsal (Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal"): with chance `rehearsal` a batch is of
one of the tasks of earlier phases, each of them as likely. Beside it, or instead, the regularisers `ewc` and `l2-sp`
with `at: phase` hold the weights near where the last phase left them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allears.regimes import REGIMES
from allears.regimes.base import RunFacts, Turn
from allears.regimes.draw import chance, pick
from allears.regimes.phases import Phase, phase_at, read_phases

__all__ = ["Sequential", "sequential"]


class Sequential:
    """See the module.

    Args:
        phases: at least one.
        rehearsal: share of a later phase's batches that train an old task, in [0, 1).
        seed: of the draws.
    """

    def __init__(self, phases: Sequence[Phase], rehearsal: float = 0.0, seed: int = 0) -> None:
        self._phases, self._rehearsal, self._seed = list(phases), rehearsal, seed

    def turn(self, step: int, batch: int) -> Turn:
        at = phase_at(self._phases, step)
        now = dict.fromkeys(self._phases[at].tasks, 1.0)
        old = {task: 1.0 for phase in self._phases[:at] for task in phase.tasks if task not in now}
        if old and chance(self._seed, batch, stream=1) < self._rehearsal:
            return Turn({pick(old, self._seed, batch, stream=2): 1.0}, at)
        return Turn(now, at)

    def tasks_of(self, phase: int) -> Sequence[str]:
        return self._phases[phase].tasks


@REGIMES.register
def sequential(
    *, run: RunFacts, phases: Sequence[Mapping[str, Any]] | None = None, rehearsal: float = 0.0
) -> Sequential:
    """Phases, each with its tasks and steps; without `phases`, a task after another in the recipe's order, each with
    the same number of steps. `rehearsal`: share of batches that go back to tasks of earlier phases."""
    if not 0 <= rehearsal < 1:
        raise ValueError(f"regime.rehearsal must be in [0, 1), got {rehearsal}: 0.1 is one batch in ten")
    if phases is None:
        if len(run.tasks) > run.num_steps:
            raise ValueError(f"{len(run.tasks)} phases do not fit into {run.num_steps} steps: raise optim.num_steps")
        starts = [i * run.num_steps // len(run.tasks) for i in range(len(run.tasks))]
        made = [Phase((task,), start) for task, start in zip(run.tasks, starts, strict=True)]
    else:
        made = read_phases(phases, run.tasks, run.num_steps)
        absent = sorted(set(run.tasks) - {task for phase in made for task in phase.tasks})
        if not made or absent:
            raise ValueError(f"no phase of regime.phases trains {absent}: add a phase, or take the tasks out")
    return Sequential(made, rehearsal, run.seed)
