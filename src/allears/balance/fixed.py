"""Fixed weights: the total loss is the weighted sum of the tasks that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum
from allears.balance.base import BalanceReport

__all__ = ["FixedWeights", "fixed"]


class FixedWeights(nn.Module):
    """total = sum_k weight_k * loss_k over the tasks of this step."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.weights = dict(weights)

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        backward_sum({task: self.weights[task] * loss for task, loss in losses.items()}, scale)
        return BalanceReport({task: self.weights[task] for task in losses})


@BALANCERS.register
def fixed(*, tasks: Sequence[str], weights: Mapping[str, float] | None = None) -> FixedWeights:
    """Weights by task name; 1.0 where none is given.

    Raises:
        ValueError: a weight for a task that is not trained, or a negative weight.
    """
    given = dict(weights or {})
    unknown = sorted(set(given) - set(tasks))
    if unknown:
        raise ValueError(f"weights are given for {unknown}, but the tasks are {sorted(tasks)}: remove or rename them")
    bad = {task: w for task, w in given.items() if w < 0}
    if bad:
        raise ValueError(f"task weights must be 0 or more, got {bad}")
    return FixedWeights({task: float(given.get(task, 1.0)) for task in tasks})
