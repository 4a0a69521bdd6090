"""Two ways of doing the same, timed in turns: what slows the machine slows both.

In: the ways by name, one input. Out: `Pair`, every time measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["Pair", "time_pairs"]


@dataclass(frozen=True)
class Pair:
    """Seconds of every run, by name, in the order they were run."""

    times_s: Mapping[str, list[float]]

    def median_s(self, name: str) -> float:
        return float(np.median(self.times_s[name]))

    def ratio(self) -> float:
        """Median of the first over median of the second."""
        first, second = self.times_s
        return self.median_s(first) / self.median_s(second)


def time_pairs(
    works: Mapping[str, Callable[[np.ndarray], object]],
    value: np.ndarray,
    repeats: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Pair:
    """Do each once to warm up, then `repeats` rounds; who goes first changes from round to round."""
    for work in works.values():
        work(value)
    times_s: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats):
        names = list(works) if turn % 2 == 0 else list(reversed(works))
        for name in names:
            start = clock()
            works[name](value)
            times_s[name].append(clock() - start)
    return Pair(times_s)
