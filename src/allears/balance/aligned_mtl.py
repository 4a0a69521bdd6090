"""Aligned-MTL: the task gradients are made orthogonal and equally strong, then averaged.

In: task gradients, rows of J = U S V^T. Out: the mean of the rows of sigma U V^T, the nearest matrix whose singular
values are all the same; sigma is J's smallest (`min`), median or root-mean-square one.
Source: Senushkin et al. 2023, "Independent Component Alignment for Multi-Task Learning", algorithm 1; the code is
TorchJD's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._torchjd import Stateless, torchjd_weighting

__all__ = ["aligned_mtl"]


@BALANCERS.register
def aligned_mtl(
    *, tasks: Sequence[str], at: At = "parameters", sigma: Literal["min", "median", "rmse"] = "min"
) -> GradientBalancer:
    """Orthogonal, equally strong task gradients (Senushkin et al. 2023); `sigma`: how strong.

    Raises:
        ValueError: another `sigma`.
    """
    if sigma not in ("min", "median", "rmse"):
        raise ValueError(f"sigma must be min, median or rmse, got {sigma!r}")
    return GradientBalancer(tasks, Stateless(torchjd_weighting("AlignedMTLWeighting", scale_mode=sigma)), at)
