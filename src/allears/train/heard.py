"""Which tasks are heard, and which starve: steps in which a task had its turn, and those in which it had a label.

In: the active tasks and the labels of each step. Out: every so many steps, the tasks that were hardly heard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Heard"]

HARDLY = 0.01  # share of its steps below which a task starves


class Heard:
    """Counts over windows of `every_steps` steps; part of a checkpoint."""

    def __init__(self, every_steps: int) -> None:
        self._every_steps = every_steps
        self._num_steps = 0
        self._turns: Counter[str] = Counter()
        self._heard: Counter[str] = Counter()

    def add(self, active: Iterable[str], heard: Iterable[str]) -> None:
        """One step: tasks whose turn it was, and those of them that some clip had a label for."""
        self._num_steps += 1
        self._turns.update(set(active))
        self._heard.update(set(heard))

    def starved(self) -> dict[str, tuple[int, int]]:
        """At the end of a window: task -> (steps heard, steps it had its turn in) of tasks heard in under 1 %; and a
        new window begins. Empty inside a window."""
        if self._num_steps < self._every_steps:
            return {}
        hardly = {t: (self._heard[t], n) for t, n in self._turns.items() if self._heard[t] < HARDLY * n}
        self._reset()
        return hardly

    def state_dict(self) -> dict[str, Any]:
        return {"num_steps": self._num_steps, "turns": dict(self._turns), "heard": dict(self._heard)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._num_steps = int(state["num_steps"])
        self._turns, self._heard = Counter(state["turns"]), Counter(state["heard"])

    def _reset(self) -> None:
        self._num_steps = 0
        self._turns, self._heard = Counter(), Counter()
