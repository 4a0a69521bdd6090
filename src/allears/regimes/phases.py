"""Phases of a run: which tasks, for how many steps. Shared by the regimes that have phases.

In: `[{tasks: [speech, language], steps: 2000}, ...]` as a recipe says it. Out: checked `Phase`s.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allears.regimes.base import check_tasks

__all__ = ["Phase", "phase_at", "read_phases"]


@dataclass(frozen=True)
class Phase:
    """Some tasks from one step on.

    Attributes:
        tasks: names.
        first_step: number of its first step.
    """

    tasks: tuple[str, ...]
    first_step: int


def read_phases(given: Sequence[Mapping[str, Any]], tasks: Sequence[str], num_steps: int) -> list[Phase]:
    """Phases one after another; the last one may leave `steps` out and goes on to the end.

    Raises:
        ValueError: a key, task or number of steps that cannot be, or a phase that would begin after the end.
    """
    phases, first = [], 0
    for number, entry in enumerate(given):
        where = f"regime.phases.{number}"
        unknown = sorted(set(entry) - {"tasks", "steps"})
        if unknown or not entry.get("tasks"):
            raise ValueError(f"{where} takes `tasks` (a list) and `steps`, got {dict(entry)}: name at least one task")
        named = (entry["tasks"],) if isinstance(entry["tasks"], str) else tuple(entry["tasks"])
        check_tasks(named, tasks, where)
        if first >= num_steps:
            raise ValueError(
                f"{where} would begin at step {first}, but the run has {num_steps} steps: shorten the phases before it "
                "or raise optim.num_steps"
            )
        phases.append(Phase(named, first))
        steps = entry.get("steps")
        if steps is None and number < len(given) - 1:
            raise ValueError(f"{where} has no `steps`: only the last phase may go on to the end of the run")
        if steps is not None and (not isinstance(steps, int) or steps < 1):
            raise ValueError(f"{where}.steps must be a whole number above 0, got {steps!r}")
        first += steps or 0
    return phases


def phase_at(phases: Sequence[Phase], step: int) -> int:
    """Number of the phase that `step` is in."""
    return bisect.bisect_right([phase.first_step for phase in phases], step) - 1
