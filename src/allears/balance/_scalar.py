"""What balancers that only weigh losses share: one backward pass of a weighted sum, and checks of what they are given.

In: losses and weights by task. Out: gradients in `.grad`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

__all__ = ["backward_sum", "positive_values", "require_positive"]


def backward_sum(terms: Mapping[str, Tensor], scale: float) -> None:
    """Add the gradient of scale * sum of the terms to `.grad`."""
    (scale * torch.stack([term.float() for term in terms.values()]).sum()).backward()


def positive_values(losses: Mapping[str, Tensor], method: str) -> dict[str, float]:
    """Task -> value of its loss, for methods that divide by losses or take their logarithm.

    Raises:
        ValueError: a loss below 0. One of exactly 0 becomes 1e-8: a task that is done must not stop the run.
    """
    values = torch.stack([loss.detach().float() for loss in losses.values()]).tolist()
    bad = {task: value for task, value in zip(losses, values, strict=True) if value < 0}
    if bad:
        raise ValueError(
            f"balance {method} needs losses that are not negative, got {bad}: choose another balancer "
            "(uncertainty, imtl-g, upgrad), or give these tasks a loss that is at least 0"
        )
    return {task: max(value, 1e-8) for task, value in zip(losses, values, strict=True)}


def require_positive(**options: float) -> None:
    """Raise ValueError for an option that is not above 0."""
    for name, value in options.items():
        if not value > 0:
            raise ValueError(f"{name} must be above 0, got {value}")
