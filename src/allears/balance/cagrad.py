"""CAGrad: the update near the mean gradient that helps the worst-off task most.

In: task gradients g_k, their mean g_0. Out: d = argmax_d min_k g_k . d with |d - g_0| <= c |g_0|, which is
d = g_0 + c |g_0| g_w / |g_w|, g_w = sum_k w_k g_k, w = argmin over the simplex of g_w . g_0 + c |g_0| |g_w|.
c = 0 is the mean gradient; a large c goes towards MGDA.
Source: Liu et al. 2021, "Conflict-Averse Gradient Descent for Multi-task Learning", algorithm 1; the code is TorchJD's,
which solves for w with Clarabel through cvxpy. Where g_w is zero (nothing helps every task) the update is zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Stateless, torchjd_weighting

__all__ = ["cagrad"]


@BALANCERS.register
def cagrad(*, tasks: Sequence[str], at: At = "parameters", c: float = 0.4) -> GradientBalancer:
    """Near the mean, best for the worst-off task (Liu et al. 2021); `c`: how near, the paper's 0.4 for three tasks."""
    return GradientBalancer(tasks, Stateless(torchjd_weighting("CAGradWeighting", c=c)), at)
