"""UPGrad: each task's gradient is moved until it hurts no other task, then all are averaged.

In: task gradients g_k. Out: 1/K sum_k proj(g_k), proj = nearest vector with a non-negative product with every g_j. So
the update is, to first order, never against any task.
Source: Quinton & Rey 2024, "Jacobian Descent for Multi-Objective Optimization", A_UPGrad; the weighting is
TorchJD's, the projection ours (`_dual_cone.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Stateless, torchjd_weighting

__all__ = ["upgrad"]


@BALANCERS.register
def upgrad(*, tasks: Sequence[str], at: At = "parameters") -> GradientBalancer:
    """The mean of gradients that hurt nobody (Quinton & Rey 2024)."""
    return GradientBalancer(tasks, Stateless(torchjd_weighting("UPGradWeighting", projector=_projector())), at)


def _projector() -> Any:
    """Our projection under TorchJD's name for such a thing."""
    try:
        from torchjd.linalg import DualConeProjector

        from allears.balance._dual_cone import project
    except ImportError as error:
        raise ValueError(f"balance upgrad needs more libraries ({error}): pip install 'allears[balance]'") from error

    class Projector(DualConeProjector):
        def __call__(self, U: Tensor, G: Tensor) -> Tensor:
            rows = [project(u, G.numpy()) for u in U.reshape(-1, len(G)).numpy()]
            return torch.from_numpy(np.stack(rows)).to(G.dtype).reshape(U.shape)

    return Projector()
