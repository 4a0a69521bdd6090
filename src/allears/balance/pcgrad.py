"""PCGrad: where two tasks pull against each other, each gives up the part that hurts the other.

In: task gradients g_k. Out: sum_k p_k, p_k = g_k, then for every other task j in random order:
p_k <- p_k - (p_k . g_j) / |g_j|^2 g_j if p_k . g_j < 0.
Source: Yu et al. 2020, "Gradient Surgery for Multi-Task Learning", algorithm 1; the code is TorchJD's.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Drawn, torchjd_weighting

__all__ = ["pcgrad"]


@BALANCERS.register
def pcgrad(*, tasks: Sequence[str], at: At = "parameters", seed: int = 0) -> GradientBalancer:
    """Project conflicting gradients off each other (Yu et al. 2020); `seed` orders the projections."""
    return GradientBalancer(tasks, Drawn(torchjd_weighting("PCGradWeighting"), seed), at)
