"""All tasks at once, from the first step to the last."""

from __future__ import annotations

from collections.abc import Sequence

from allears.regimes import REGIMES
from allears.regimes.base import RunFacts, Turn

__all__ = ["Joint", "joint"]


class Joint:
    """Every batch trains every task that one of its clips is labelled for."""

    def __init__(self, tasks: Sequence[str]) -> None:
        self._turn = Turn(dict.fromkeys(tasks, 1.0))

    def turn(self, step: int, batch: int) -> Turn:
        return self._turn

    def tasks_of(self, phase: int) -> Sequence[str]:
        return tuple(self._turn.weights)


@REGIMES.register
def joint(*, run: RunFacts) -> Joint:
    """All tasks at once."""
    return Joint(run.tasks)
