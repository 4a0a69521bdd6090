"""Sums between two lines of the log.

In: numbers of each step. Out: their means as one record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from allears.balance.base import BalanceReport

__all__ = ["Tally"]


class Tally:
    """Collects until `take`."""

    def __init__(self) -> None:
        self._reset()

    def add_losses(self, values: Mapping[str, float], report: BalanceReport) -> None:
        """Loss of each task in one batch, and the balancer's report."""
        for task, value in values.items():
            self._losses[task].append(value)
        for task, weight in report.weights.items():
            self._weights[task].append(float(weight))
        for (first, second), cosine in report.cosine.items():
            self._cosine[f"{first}~{second}"].append(float(cosine))

    def add_penalty(self, name: str, value: float) -> None:
        self._penalties[name].append(value)

    def add_labels(self, counts: Mapping[str, int]) -> None:
        """Labels of each task in one batch."""
        self._labels.update(counts)

    def add_redraws(self, count: int) -> None:
        """Batches that were drawn again because no active task had a label in them."""
        self._redraws += count

    def add_audio(self, seconds: float) -> None:
        self._audio_s += seconds

    def add_wait(self, seconds: float) -> None:
        """Time spent waiting for data."""
        self._wait_s += seconds

    def add_step(self, grad_norm: float, rate: float, seconds: float) -> None:
        self._norms.append(grad_norm)
        self._rate = rate
        self._step_s += seconds

    def take(self) -> dict[str, Any]:
        """The record since the last one; a task that had no label has no loss in it."""
        steps = max(1, len(self._norms))
        record = {
            "losses": _means(self._losses),
            "weights": _means(self._weights),
            "cosine": _means(self._cosine),
            "penalties": _means(self._penalties),
            "labels": dict(self._labels),
            "redraws": self._redraws,
            "grad_norm": sum(self._norms) / steps,
            "lr": self._rate,
            "step_s": self._step_s / steps,
            "data_wait_s": self._wait_s / steps,
            "audio_s_per_s": self._audio_s / self._step_s if self._step_s else 0.0,
        }
        self._reset()
        return record

    def _reset(self) -> None:
        self._losses: dict[str, list[float]] = defaultdict(list)
        self._weights: dict[str, list[float]] = defaultdict(list)
        self._cosine: dict[str, list[float]] = defaultdict(list)
        self._penalties: dict[str, list[float]] = defaultdict(list)
        self._labels: Counter[str] = Counter()
        self._redraws = 0
        self._norms: list[float] = []
        self._rate = self._step_s = self._wait_s = self._audio_s = 0.0


def _means(values: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: sum(some) / len(some) for name, some in values.items()}
