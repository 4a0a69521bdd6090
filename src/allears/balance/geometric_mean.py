"""Geometric mean: the total is (prod_k L_k)^(1/K), so halving any task's loss is worth the same.

In: losses, none negative. Out: the gradient of their geometric mean G; task k has the weight G / (K L_k).
Source: Chennupati et al. 2019, "MultiNet++" (geometric loss strategy).
Ours differs: K counts the tasks of this step; a loss of exactly 0 counts as 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum, positive_values
from allears.balance.base import BalanceReport

__all__ = ["GeometricMean", "geometric_mean"]


class GeometricMean(nn.Module):
    """See the module; holds no state."""

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        values = positive_values(losses, "geometric-mean")
        mean = math.exp(sum(math.log(value) for value in values.values()) / len(values))
        weights = {task: mean / (len(values) * value) for task, value in values.items()}
        backward_sum({task: weights[task] * loss for task, loss in losses.items()}, scale)
        return BalanceReport(weights)


@BALANCERS.register
def geometric_mean(*, tasks: Sequence[str]) -> GeometricMean:  # noqa: ARG001 (the contract passes tasks to all)
    """Minimise the geometric mean of the losses (Chennupati et al. 2019)."""
    return GeometricMean()
