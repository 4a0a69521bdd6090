"""Low-level tasks first, the others join them: who speaks when before what is said, sounds before words.

A task that has joined stays. After the last phase all tasks train jointly. The order of tasks by level, low ones first,
is that of Sogaard & Goldberg 2016 and Hashimoto et al. 2017 ("A Joint Many-Task Model"); ours differs from the latter:
old tasks go on training, so nothing has to hold the weights in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allears.regimes import REGIMES
from allears.regimes.base import RunFacts, Turn
from allears.regimes.phases import Phase, phase_at, read_phases

__all__ = ["Curriculum", "curriculum"]


class Curriculum:
    """See the module.

    Args:
        phases: each names the tasks that join; every task joins once.
        warm_steps: over so many steps the weight of tasks that join a running model rises linearly to 1; 0: at once.
    """

    def __init__(self, phases: Sequence[Phase], warm_steps: int = 0) -> None:
        self._phases, self._warm_steps = list(phases), warm_steps

    def turn(self, step: int, batch: int) -> Turn:
        at = phase_at(self._phases, step)
        weights = {task: self._weight(phase, step) for phase in self._phases[: at + 1] for task in phase.tasks}
        return Turn(weights, at)

    def tasks_of(self, phase: int) -> Sequence[str]:
        return self._phases[phase].tasks

    def _weight(self, phase: Phase, step: int) -> float:
        if phase.first_step == 0 or self._warm_steps == 0:
            return 1.0
        return min(1.0, (step - phase.first_step + 1) / self._warm_steps)


@REGIMES.register
def curriculum(*, run: RunFacts, phases: Sequence[Mapping[str, Any]], warm_steps: int = 0) -> Curriculum:
    """`phases: [{tasks: [speech], steps: 2000}, {tasks: [language, speaker], steps: 2000}]`: groups that join one after
    another; all other tasks join after the last. `warm_steps`: steps over which a joining task's weight rises to 1."""
    if warm_steps < 0:
        raise ValueError(f"regime.warm_steps must be 0 or more, got {warm_steps}")
    made = read_phases(phases, run.tasks, run.num_steps)
    named = [task for phase in made for task in phase.tasks]
    twice = sorted({task for task in named if named.count(task) > 1})
    if not made or twice:
        raise ValueError(f"regime.phases names {twice or 'no task'}: a task that has joined stays, name each once")
    rest = tuple(task for task in run.tasks if task not in named)
    if not rest:
        return Curriculum(made, warm_steps)
    if phases[-1].get("steps") is None:
        raise ValueError(f"the last phase needs `steps`: {sorted(rest)} join after it")
    joins = made[-1].first_step + int(phases[-1]["steps"])
    if joins >= run.num_steps:
        raise ValueError(
            f"{sorted(rest)} would join at step {joins}, but the run has {run.num_steps} steps: shorten the phases or "
            "raise optim.num_steps"
        )
    return Curriculum([*made, Phase(rest, joins)], warm_steps)
