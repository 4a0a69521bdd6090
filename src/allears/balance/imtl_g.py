"""IMTL-G: the update goes equally far along the direction of every task.

In: task gradients g_k, directions u_k = g_k / |g_k|. Out: d = sum_k a_k g_k with d . u_k the same for all k and
sum_k a_k = 1; a may be negative.
Source: Liu et al. 2021, "Towards Impartial Multi-task Learning", gradient balance; the code is TorchJD's, which solves
by a pseudo-inverse (a ~ G^+ (|g_1|, ..., |g_K|), G the Gramian), so that parallel gradients are allowed.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Stateless, torchjd_weighting

__all__ = ["imtl_g"]


@BALANCERS.register
def imtl_g(*, tasks: Sequence[str], at: At = "parameters") -> GradientBalancer:
    """Equal progress along every task's direction (Liu et al. 2021, gradient balance)."""
    return GradientBalancer(tasks, Stateless(torchjd_weighting("IMTLGWeighting")), at)
