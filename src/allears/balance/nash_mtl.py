"""Nash-MTL: tasks bargain over the update; the answer does not depend on how large each loss is.

In: task gradients, Gramian G. Out: sum_k a_k g_k with a > 0 and G a = 1 / a (elementwise).
Source: Navon et al. 2022, "Multi-Task Learning as a Bargaining Game", claim 3.1.
Ours differs: the paper (and TorchJD) solve by a sequence of convex programs with ECOS, which is under the GPL, from the
answer of the step before. But G a = 1 / a is where the strictly convex f(a) = 1/2 a^T G a - sum_k log a_k is flat, and
in K numbers its minimum is a few damped Newton steps away: exact, and without state, so tasks may come and go.
As in the authors' code, G is divided by its norm first and the update is then cut to length `max_norm`.

Letters: K tasks.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._scalar import require_positive

__all__ = ["NashWeighting", "bargain", "nash_mtl"]

_RIDGE = 1e-6  # added to cosines: exactly opposite gradients would have no finite answer


def bargain(products: Tensor) -> Tensor:
    """Gramian (K, K) float64 with a positive diagonal -> a (K,) with G a = 1 / a.

    Solved for b = a * |g_k|, for which C b = 1 / b with C the cosines: gradients of any size are equally well behaved.
    f is self-concordant, so that steps of 1 / (1 + decrement) stay positive and arrive (Boyd & Vandenberghe 2004, 9.6).
    """
    norms = products.diagonal().sqrt()
    cosine = products / torch.outer(norms, norms) + _RIDGE * torch.eye(len(products), dtype=products.dtype)
    b = torch.ones_like(norms)
    for _ in range(200):
        slope = cosine @ b - 1 / b
        step = torch.linalg.solve(cosine + torch.diag(1 / b**2), slope)
        decrement = (slope @ step).clamp(min=0).sqrt()
        b = b - step / (1 + decrement)
        if decrement < 1e-12:
            break
    return b / norms


class NashWeighting(nn.Module):
    """See the module; holds no state."""

    def __init__(self, max_norm: float) -> None:
        super().__init__()
        self.max_norm = max_norm

    def forward(self, products: Tensor, tasks: Sequence[str]) -> Tensor:
        weights = bargain(products / torch.linalg.matrix_norm(products))
        length = (weights @ products @ weights).clamp(min=0).sqrt()
        return weights * (self.max_norm / length).clamp(max=1.0)


@BALANCERS.register
def nash_mtl(*, tasks: Sequence[str], at: At = "parameters", max_norm: float = 1.0) -> GradientBalancer:
    """The tasks' Nash bargain (Navon et al. 2022); `max_norm`: longest update, `.inf` for any length."""
    require_positive(max_norm=max_norm)
    return GradientBalancer(tasks, NashWeighting(max_norm), at)
