"""FAMO: all losses shall fall by the same share at every step; no task gradient is needed.

In: losses, none negative. Out: the gradient of c sum_k z_k log L_k with z = softmax(xi), c = 1 / sum_k (z_k / L_k), so
that task k has the weight c z_k / L_k and the weights sum to 1. Then xi is stepped:
    xi <- xi - lr (d + decay xi),   d = (diag(z) - z z^T) (log L before - log L after).
Source: Liu et al. 2023, "FAMO: Fast Adaptive Multitask Optimization", algorithm 1.
Ours differs: `after` is the task's loss at its next batch, not the same batch heard a second time, which would cost a
forward pass a step. The noise this adds does not pile up, since the differences of one task telescope; for that reason
the step is the paper's plain one and not the Adam of the authors' code, which would blow noise up to full steps.
A task that is absent keeps its xi; softmax and c run over the tasks of this step. A loss of exactly 0 counts as 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum, positive_values, require_positive
from allears.balance._task_numbers import TaskNumbers
from allears.balance.base import BalanceReport

__all__ = ["FastAdaptive", "famo"]


class FastAdaptive(nn.Module):
    """See the module. `state`: xi, log of the last loss, and 1 once there was one."""

    def __init__(self, tasks: Sequence[str], lr: float, decay: float) -> None:
        super().__init__()
        self.lr, self.decay = lr, decay
        self.state = TaskNumbers(tasks, size=3)

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        values = positive_values(losses, "famo")
        self._step({task: math.log(value) for task, value in values.items()}, scale)
        z = _softmax({task: self.state[task][0] for task in losses})
        c = 1 / sum(z[task] / value for task, value in values.items())
        weights = {task: c * z[task] / value for task, value in values.items()}
        backward_sum({task: weights[task] * loss for task, loss in losses.items()}, scale)
        return BalanceReport(weights)

    def _step(self, logs: Mapping[str, float], scale: float) -> None:
        """Step xi of the tasks that were seen before, then remember these losses (their logarithms)."""
        seen = {task: value for task, value in logs.items() if self.state[task][2]}
        z = _softmax({task: self.state[task][0] for task in seen})
        fell = {task: self.state[task][1] - value for task, value in seen.items()}
        mean = sum(z[task] * fell[task] for task in seen)
        for task, value in logs.items():
            xi = self.state[task][0]
            if task in seen:
                xi -= scale * self.lr * (z[task] * (fell[task] - mean) + self.decay * xi)
            self.state[task] = (xi, value, 1.0)


def _softmax(logits: Mapping[str, float]) -> dict[str, float]:
    top = max(logits.values(), default=0.0)
    powers = {task: math.exp(value - top) for task, value in logits.items()}
    return {task: power / sum(powers.values()) for task, power in powers.items()}


@BALANCERS.register
def famo(*, tasks: Sequence[str], lr: float = 0.025, decay: float = 0.001) -> FastAdaptive:
    """Losses that fall at one rate (Liu et al. 2023); `lr` and `decay` are those of the task logits, as in the paper.

    Raises:
        ValueError: `lr` not above 0, or `decay` below 0.
    """
    require_positive(lr=lr)
    if decay < 0:
        raise ValueError(f"decay must be 0 or more, got {decay}")
    return FastAdaptive(tasks, lr, decay)
