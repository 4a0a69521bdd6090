"""The balancer that all gradient methods share; each of them only says how to weigh tasks, given their Gramian.

In: losses. Out: gradients sum_k w_k g_k on what is shared, each task's own gradient elsewhere.
Every method here answers with a weighted sum of the task gradients, and reads only their scalar products.

Letters: K tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import torch
from torch import Tensor, nn

from allears.balance._gradients import At, cosines, gramian, take_gradients
from allears.balance.base import BalanceReport

__all__ = ["GradientBalancer"]


class GradientBalancer(nn.Module):
    """A balancer out of a weighting.

    A task whose gradient is zero on what is shared takes no part, and one task alone is trained plainly, with weight 1.

    Args:
        tasks: all the names there will be.
        weighting: module; `weighting(gramian (K, K) float64 on CPU, tasks)` gives the weights (K,), K at least 2. Its
            buffers are the method's state.
        at: `parameters` or `features`, see `_gradients.py`.

    Raises:
        ValueError: another `at`; at the first step, if nothing that is shared is trained.
    """

    def __init__(self, tasks: Sequence[str], weighting: nn.Module, at: At) -> None:
        super().__init__()
        if at not in get_args(At):
            raise ValueError(f"at must be one of {', '.join(get_args(At))}, got {at!r}")
        self.tasks, self.weighting, self.at = tuple(tasks), weighting, at

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        if len(self.tasks) == 1:  # the single-task twin of a run: nothing is shared, and nothing has to be
            ((task, loss),) = losses.items()
            loss.backward(torch.full_like(loss, scale))
            return BalanceReport({task: 1.0})
        gradients = take_gradients(losses, shared, features, at=self.at, factors=dict.fromkeys(losses, scale))
        names = list(losses)
        products = gramian(gradients.rows, num_apart=gradients.num_apart) / scale**2  # of whole losses
        weights = self._weigh(products, names)
        gradients.apply(weights)
        return BalanceReport(dict(zip(names, weights, strict=True)), cosines(products, names))

    def _weigh(self, products: Tensor, names: Sequence[str]) -> list[float]:
        """Weights of all tasks, in their order; 0 where there is no gradient to weigh."""
        if not products.isfinite().all():
            return [1.0] * len(names)  # the gradient will not be finite either, which the loop tells
        there = [i for i, square in enumerate(products.diagonal().tolist()) if square > 0]
        weights = [0.0] * len(names)
        if len(there) > 1:
            given = self.weighting(products[there][:, there], [names[i] for i in there]).tolist()
        else:
            given = [1.0] * len(there)
        for i, weight in zip(there, given, strict=True):
            weights[i] = weight
        return weights
