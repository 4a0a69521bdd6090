"""How much tasks pull against each other, measured without touching the update.

In: losses of a batch, before its backward pass. Out: cosines of task gradients, and how strong each is. No `.grad` is
changed and the graph stays: the backward pass can follow. Costs one backward pass a task (with `features`: down to the
encoder's layers only) and one row of memory a task.

Letters: K tasks, P numbers of what is shared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from allears.balance._gradients import cosines, gramian

__all__ = ["Conflict", "measure_conflict", "task_cosines"]


@dataclass(frozen=True)
class Conflict:
    """What was measured.

    Attributes:
        cosine: (task, task) -> cosine of their gradients, each pair once, in the order of the losses; a pair in which
            one gradient is zero is absent.
        norm: task -> length of its gradient on what is shared.
    """

    cosine: Mapping[tuple[str, str], float]
    norm: Mapping[str, float]


def measure_conflict(
    losses: Mapping[str, Tensor], shared: Sequence[nn.Parameter] = (), *, features: Tensor | None = None
) -> Conflict:
    """Cosines and lengths of the task gradients on `shared`, or on `features` (L, B, T, D) if they are given.

    Raises:
        ValueError: there is nothing shared that is trained.
    """
    targets = [features] if features is not None else list({id(p): p for p in shared}.values())
    if not targets or not all(target.requires_grad for target in targets):
        raise ValueError(
            "conflict is measured on what the tasks share, but all of that is frozen: give trainable parameters, or "
            "layers of an encoder that trains"
        )
    rows = torch.zeros(len(losses), sum(target.numel() for target in targets), device=targets[0].device)
    for row, loss in zip(rows, losses.values(), strict=True):
        grads = torch.autograd.grad(loss, targets, retain_graph=True, allow_unused=True)
        for part, grad in zip(row.split([target.numel() for target in targets]), grads, strict=True):
            if grad is not None:
                part.copy_(grad.flatten())
    products = gramian(rows, num_apart=0 if features is None else rows.shape[1])
    norms = products.diagonal().clamp(min=0).sqrt().tolist()
    return Conflict(cosines(products, list(losses)), dict(zip(losses, norms, strict=True)))


def task_cosines(
    losses: Mapping[str, Tensor], shared: Sequence[nn.Parameter] = (), *, features: Tensor | None = None
) -> Mapping[tuple[str, str], float]:
    """The cosines of `measure_conflict` alone."""
    return measure_conflict(losses, shared, features=features).cosine
