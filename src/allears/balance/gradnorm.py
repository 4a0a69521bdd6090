"""GradNorm: learned weights make all task gradients equally strong, but those of tasks that lag a bit stronger.

In: losses. Out: the gradient of sum_k w_k L_k; then w is stepped against sum_k |G_k - M r_k^alpha|, where
G_k = w_k |g_k|, M is the mean of all G_k, r_k = (L_k / L_k(0)) / mean_j (L_j / L_j(0)), and the target M r_k^alpha is
held fixed:  w_k <- w_k - lr sign(G_k - M r_k^alpha) |g_k| / M, and the sum of w is put back to what it was.
Source: Chen et al. 2018, "GradNorm", algorithm 1.
Ours differs: the step is divided by M, so that it does not depend on the unit of the losses; a weight stays at 0.01 or
more; g_k is on all shared parameters (`at: parameters`) or on the encoder's layers (`at: features`), where the paper
takes the last shared layer; L_k(0) is the first loss seen of the task; all sums run over the tasks of this step, whose
sum of weights is kept. The weights have a step of their own: in the optimiser they would share the model's clipping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._gradients import At, cosines, gramian, take_gradients
from allears.balance._scalar import positive_values, require_positive
from allears.balance._task_numbers import TaskNumbers
from allears.balance.base import BalanceReport

__all__ = ["GradientNorms", "gradnorm"]

_LEAST = 0.01


class GradientNorms(nn.Module):
    """See the module. `weights`: w; `first`: first loss, 0 if there was none yet."""

    def __init__(self, tasks: Sequence[str], alpha: float, lr: float, at: At) -> None:
        super().__init__()
        self.alpha, self.lr, self.at = alpha, lr, at
        self.weights, self.first = TaskNumbers(tasks, start=1.0), TaskNumbers(tasks)

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        values = positive_values(losses, "gradnorm")
        weights = {task: self.weights[task][0] for task in losses}
        factors = {task: scale * weight for task, weight in weights.items()}
        gradients = take_gradients(losses, shared, features, at=self.at, factors=factors)
        products = gramian(gradients.rows, num_apart=gradients.num_apart) / scale**2
        gradients.apply([1.0] * len(losses))
        norms = products.diagonal().clamp(min=0).sqrt().tolist()
        self._step(values, dict(zip(losses, norms, strict=True)), scale)
        return BalanceReport(weights, cosines(products, list(losses)))

    def _step(self, values: Mapping[str, float], norms: Mapping[str, float], scale: float) -> None:
        """Step the weights; `norms` are those of the weighted gradients, G_k."""
        for task, value in values.items():
            if not self.first[task][0]:
                self.first[task] = (value,)
        mean = sum(norms.values()) / len(norms)
        if len(norms) < 2 or not 0 < mean < float("inf"):
            return  # nothing to compare
        ratios = {task: value / self.first[task][0] for task, value in values.items()}
        mean_ratio = sum(ratios.values()) / len(ratios)
        before = {task: self.weights[task][0] for task in values}
        after = {}
        for task, norm in norms.items():
            gap = norm - mean * (ratios[task] / mean_ratio) ** self.alpha
            sign = (gap > 0) - (gap < 0)
            after[task] = max(_LEAST, before[task] - scale * self.lr * sign * norm / (before[task] * mean))
        keep = sum(before.values()) / sum(after.values())
        for task, weight in after.items():
            self.weights[task] = (weight * keep,)


@BALANCERS.register
def gradnorm(*, tasks: Sequence[str], alpha: float = 1.5, lr: float = 0.025, at: At = "parameters") -> GradientNorms:
    """Equally strong task gradients (Chen et al. 2018); `alpha`: how much stronger where a task lags; `lr`: of weights.

    Raises:
        ValueError: `lr` not above 0, or another `at`.
    """
    require_positive(lr=lr)
    if at not in get_args(At):
        raise ValueError(f"at must be one of {', '.join(get_args(At))}, got {at!r}")
    return GradientNorms(tasks, alpha, lr, at)
