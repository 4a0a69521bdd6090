"""Task affinity: what a step for one task does to the loss of another.

Z[i][j] = 1 - L_j(theta_s - eta grad_s L_i, theta_j) / L_j(theta_s, theta_j), theta_s the shared parameters, theta_j
those of task j's head; above 0 where a step for i helps j. Source: Fifty et al. 2021, "Efficiently Identifying Task
Groupings for Multi-Task Learning" (TAG), eq. 1. Ours differs: the step is plain gradient descent, not the optimiser's;
eta is the same for all tasks, eta = rate sqrt(P) / mean_i ||grad_s L_i|| with P the number of shared parameters, so
that the mean step is as long as AdamW's first one at that rate; and it is measured every N steps, not at each.

Cost: a forward and a backward pass, and one more of each per task.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.ranks import sum_over_ranks

__all__ = ["measure_affinity"]


def measure_affinity(
    losses_of: Callable[[], Mapping[str, Tensor]], shared: Sequence[nn.Parameter], *, rate: float
) -> dict[str, dict[str, float]]:
    """Z as nested mappings; empty where fewer than two tasks are there or nothing is shared. Parameters and `.grad` are
    as before afterwards.

    Args:
        losses_of: task -> loss, above 0, from the parameters as they are; the same however often it is asked.
        shared: parameters that more than one task reaches.
        rate: learning rate whose step is looked ahead at.
    """
    losses = losses_of()
    before = {task: float(loss.detach()) for task, loss in losses.items()}
    if len(before) < 2 or not shared:
        return {}
    grads = {task: _gradient(loss, shared) for task, loss in losses.items()}
    norms = [float(torch.stack([g.square().sum() for g in gradient]).sum().sqrt()) for gradient in grads.values()]
    mean_norm = sum(norms) / len(norms)
    if not mean_norm:
        return {}
    eta = rate * math.sqrt(sum(p.numel() for p in shared)) / mean_norm
    kept = [p.detach().clone() for p in shared]
    found = {}
    with torch.no_grad():
        for task, gradient in grads.items():
            try:
                torch._foreach_add_(list(shared), gradient, alpha=-eta)
                after = losses_of()
            finally:
                torch._foreach_copy_(list(shared), kept)
            found[task] = {other: 1.0 - float(after[other]) / value for other, value in before.items() if value}
    return found


def _gradient(loss: Tensor, shared: Sequence[nn.Parameter]) -> list[Tensor]:
    grads = torch.autograd.grad(loss, list(shared), retain_graph=True, allow_unused=True)
    own = [torch.zeros_like(p) if grad is None else grad for p, grad in zip(shared, grads, strict=True)]
    return [sum_over_ranks(grad.contiguous()) for grad in own]
