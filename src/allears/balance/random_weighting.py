"""Random weighting: new weights at every step, drawn by chance. The litmus test that cleverer methods have to beat.

In: losses. Out: the gradient of sum_k w_k L_k with w = softmax(x), x_k ~ N(0, 1), drawn anew at each call.
Source: Lin et al. 2021, "Reasonable Effectiveness of Random Weighting" (RLW), algorithm 2.
Ours differs: the weights sum to 1 over the tasks of a step; a draw depends on `seed` and the number of calls alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._random import drawing
from allears.balance._scalar import backward_sum
from allears.balance.base import BalanceReport

__all__ = ["RandomWeights", "random_weighting"]


class RandomWeights(nn.Module):
    """See the module. Buffer `num_calls`: which draw comes next."""

    num_calls: Tensor

    def __init__(self, tasks: Sequence[str], seed: int) -> None:
        super().__init__()
        self.tasks, self.seed = sorted(tasks), seed
        self.register_buffer("num_calls", torch.zeros((), dtype=torch.long))

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        with drawing(self.seed, int(self.num_calls)):
            draw = dict(zip(self.tasks, torch.randn(len(self.tasks)), strict=True))
        self.num_calls += 1
        values = torch.stack([draw[task] for task in losses]).softmax(0).tolist()
        weights = dict(zip(losses, values, strict=True))
        backward_sum({task: weights[task] * loss for task, loss in losses.items()}, scale)
        return BalanceReport(weights)


@BALANCERS.register
def random_weighting(*, tasks: Sequence[str], seed: int = 0) -> RandomWeights:
    """Weights drawn anew at every step (Lin et al. 2021)."""
    return RandomWeights(tasks, seed)
