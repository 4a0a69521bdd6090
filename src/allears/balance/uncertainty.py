"""Uncertainty: each task learns how noisy it is, and noisy tasks count less.

In: losses. Out: the gradient of sum_k 1/2 exp(-s_k) L_k + R(s_k), also for s_k, which the optimiser then steps.
s_k = log sigma_k^2 is the learned log-variance of task k.
`kendall`: R = s/2 (Kendall, Gal & Cipolla 2018, eq. 7, regression form for every task).
`liebel`: R = log(1 + exp(s)) (Liebel & Koerner 2018: ln(1 + sigma^2)), which keeps the total positive.
Ours differs: Kendall weighs a cross-entropy by exp(-s) without the 1/2. One form for all tasks moves the optimum of s_k
by log 2 and leaves the weight there as it is, 1 / (2 L_k). A task that is absent has no term: its s_k stands still.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._scalar import backward_sum
from allears.balance.base import BalanceReport

__all__ = ["Uncertainty", "uncertainty"]


class Uncertainty(nn.Module):
    """See the module. Attribute `log_variance`: task name -> s, a scalar parameter."""

    def __init__(self, tasks: Sequence[str], form: Literal["kendall", "liebel"], init: float) -> None:
        super().__init__()
        self.form = form
        self.log_variance = nn.ParameterDict({task: nn.Parameter(torch.tensor(float(init))) for task in sorted(tasks)})

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        s = {task: self.log_variance[task] for task in losses}
        regular = {task: 0.5 * v if self.form == "kendall" else nn.functional.softplus(v) for task, v in s.items()}
        backward_sum({task: 0.5 * torch.exp(-s[task]) * loss + regular[task] for task, loss in losses.items()}, scale)
        return BalanceReport({task: 0.5 * math.exp(-float(v.detach())) for task, v in s.items()})


@BALANCERS.register
def uncertainty(
    *, tasks: Sequence[str], form: Literal["kendall", "liebel"] = "kendall", init: float = 0.0
) -> Uncertainty:
    """Learned noise per task (Kendall et al. 2018); `form: liebel` keeps the total positive; `init` is s at the start.

    Raises:
        ValueError: another form.
    """
    if form not in ("kendall", "liebel"):
        raise ValueError(f"form must be kendall or liebel, got {form!r}")
    return Uncertainty(tasks, form, init)
