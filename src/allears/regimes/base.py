"""What decides which tasks a batch trains, and when a new phase of a run begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Regime", "RunFacts", "Turn", "check_tasks"]


@dataclass(frozen=True)
class RunFacts:
    """What a regime is told of the run.

    Attributes:
        tasks: names, in the recipe's order.
        num_steps: of the whole run.
        seed: of the run.
        num_labelled: asks for task -> training clips that carry its label; looks at every clip, so ask only if needed.
    """

    tasks: tuple[str, ...]
    num_steps: int
    seed: int = 0
    num_labelled: Callable[[], Mapping[str, int]] = dict


@dataclass(frozen=True)
class Turn:
    """What one batch trains.

    Attributes:
        weights: task -> what its loss is multiplied by before the balancer sees it, above 0; other tasks' losses are
            not even computed. Never empty.
        phase: number of the phase, from 0; when it rises, regularisers may take an anchor.
    """

    weights: Mapping[str, float]
    phase: int = 0


class Regime(Protocol):
    """The contract of the `regimes` plug-in folder.

    A builder is called as `builder(run=RunFacts(...), **options)`. A regime has no state: what it says is a function of
    its arguments, so a run that is taken up again needs nothing from it.
    """

    def turn(self, step: int, batch: int) -> Turn:
        """What batch `batch` trains, the first being 0; it belongs to optimiser step `step`.

        `batch` is `step` times the batches a step, plus which of them it is.
        """
        ...

    def tasks_of(self, phase: int) -> Sequence[str]:
        """The tasks that a phase is about, without those it only rehearses or goes on with."""
        ...


def check_tasks(named: Sequence[str], tasks: Sequence[str], where: str) -> None:
    """Raise ValueError if `named` holds a task that is not trained, or one twice."""
    unknown = sorted(set(named) - set(tasks))
    if unknown:
        raise ValueError(f"{where} names {unknown}, but the tasks are {sorted(tasks)}: remove or rename them")
    twice = sorted({task for task in named if list(named).count(task) > 1})
    if twice:
        raise ValueError(f"{where} names {twice} twice: name each task once")
