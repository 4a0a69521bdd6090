"""IMTL-L: learned scales bring all losses to the same size.

In: losses. Out: the gradient of sum_k exp(s_k) L_k - s_k, also for the learned s_k; at its optimum exp(s_k) L_k = 1.
Source: Liu et al. 2021, "Towards Impartial Multi-task Learning", loss balance, with base e.
Ours differs: a task that is absent has no term, so its s_k stands still.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum
from allears.balance.base import BalanceReport

__all__ = ["ImpartialLosses", "imtl_l"]


class ImpartialLosses(nn.Module):
    """See the module. Attribute `log_scale`: task name -> s, a scalar parameter."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.log_scale = nn.ParameterDict({task: nn.Parameter(torch.tensor(0.0)) for task in sorted(tasks)})

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        s = {task: self.log_scale[task] for task in losses}
        backward_sum({task: torch.exp(s[task]) * loss - s[task] for task, loss in losses.items()}, scale)
        return BalanceReport({task: math.exp(float(v.detach())) for task, v in s.items()})


@BALANCERS.register
def imtl_l(*, tasks: Sequence[str]) -> ImpartialLosses:
    """Learned scales that make all losses equally large (Liu et al. 2021, loss balance)."""
    return ImpartialLosses(tasks)
