"""DWA: tasks whose loss falls slowly get more weight, seen over the last two windows of steps.

In: losses. Out: the gradient of sum_k w_k L_k with w_k = K softmax_k(r_k / T), r_k = mean L_k over the last window /
mean L_k over the one before. T is the temperature: larger is more equal.
Source: Liu, Johns & Davison 2019, "End-to-End Multi-Task Learning with Attention", eq. 7, where t counts epochs.
Ours differs: sources are mixed without end here, so a window of `window` losses takes the place of an epoch, counted
for each task by itself (a rare task is absent most of the time). Until a task has two whole windows, r_k = 1. K and the
softmax run over the tasks of this step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum, positive_values, require_positive
from allears.balance._task_numbers import TaskNumbers
from allears.balance.base import BalanceReport

__all__ = ["DynamicAverage", "dwa"]


class DynamicAverage(nn.Module):
    """See the module. `history`: sum and count of the open window, means of the last two, number of windows."""

    def __init__(self, tasks: Sequence[str], window: int, temperature: float) -> None:
        super().__init__()
        self.window, self.temperature = window, temperature
        self.history = TaskNumbers(tasks, size=5)

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        values = positive_values(losses, "dwa")
        powers = {task: math.exp(self._ratio(task) / self.temperature) for task in losses}
        weights = {task: len(losses) * power / sum(powers.values()) for task, power in powers.items()}
        for task, value in values.items():
            self._remember(task, value)
        backward_sum({task: weights[task] * loss for task, loss in losses.items()}, scale)
        return BalanceReport(weights)

    def _ratio(self, task: str) -> float:
        _, _, last, before, num_windows = self.history[task]
        return last / before if num_windows >= 2 else 1.0

    def _remember(self, task: str, value: float) -> None:
        total, count, last, before, num_windows = self.history[task]
        total, count = total + value, count + 1
        if count == self.window:
            total, count, last, before, num_windows = 0.0, 0, total / count, last, num_windows + 1
        self.history[task] = (total, count, last, before, num_windows)


@BALANCERS.register
def dwa(*, tasks: Sequence[str], window: int = 100, temperature: float = 2.0) -> DynamicAverage:
    """Weights by how fast each loss falls (Liu et al. 2019); `window` losses stand for the paper's epoch.

    Raises:
        ValueError: `window` or `temperature` not above 0.
    """
    require_positive(window=window, temperature=temperature)
    return DynamicAverage(tasks, window, temperature)
