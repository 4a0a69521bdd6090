"""MGDA: the shortest convex combination of the task gradients. No task gets worse; training may stop early.

In: task gradients g_k. Out: sum_k a_k g_k with a = argmin |sum_k a_k g_k|^2, a_k >= 0, sum_k a_k = 1.
Source: Desideri 2012; Sener & Koltun 2018, "Multi-Task Learning as Multi-Objective Optimization", algorithm 2
(Frank-Wolfe); the code is TorchJD's. `at: features` is the paper's MGDA-UB.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Stateless, torchjd_weighting

__all__ = ["mgda"]


@BALANCERS.register
def mgda(
    *, tasks: Sequence[str], at: At = "parameters", epsilon: float = 1e-3, max_iters: int = 100
) -> GradientBalancer:
    """The shortest convex combination (Sener & Koltun 2018); `epsilon`, `max_iters`: when the search for it ends."""
    weighting = torchjd_weighting("MGDAWeighting", epsilon=epsilon, max_iters=max_iters)
    return GradientBalancer(tasks, Stateless(weighting), at)
