"""The loss of each task over the clips of all processes: its value is the same everywhere, its gradient one's own part.

In: a model and this process's part of a batch. Out: losses L_k = sum_r S_k^r / sum_r n_k^r, with S_k^r the sum of the
losses of task k's labelled clips on process r and n_k^r their number. The gradient that flows into the model is that of
S_k^r / sum_r n_k^r: added up over the processes (`sync.py`), it is the gradient of L_k, as if one process had heard the
whole batch. So a balancer sees whole losses and decides the same everywhere. A task that is labelled on another process
alone is here, too, with the gradient 0: every process goes through the same backward passes.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor

from allears.batch import Batch
from allears.model import MultiTaskModel, TaskLosses
from allears.ranks import num_ranks, total

__all__ = ["global_task_losses"]


def global_task_losses(
    model: MultiTaskModel, batch: Batch, tasks: Sequence[str], *, progress: float = 0.0
) -> TaskLosses:
    """`model.task_losses` of the batch whose parts the processes hold; to be called by all with the same tasks."""
    heard = model.task_losses(batch, tasks, progress=progress)
    if num_ranks() == 1:
        return heard
    own = {task: batch.labels[task].present.numel() if task in heard.losses else 0 for task in tasks}
    values = dict(zip(heard.losses, _values(heard), strict=True))
    counts = total(own)
    sums = total({task: own[task] * values.get(task, 0.0) for task in tasks})
    losses = {}
    for task in (task for task in tasks if counts[task]):
        loss = heard.losses[task] if task in heard.losses else _silent(heard.layers)
        losses[task] = cast(Tensor, _Whole.apply(loss, sums[task] / counts[task], own[task] / counts[task]))
    return TaskLosses(losses, heard.layers)


def _values(heard: TaskLosses) -> list[float]:
    if not heard.losses:
        return []
    values: list[float] = torch.stack([loss.detach().float() for loss in heard.losses.values()]).tolist()
    return values


def _silent(layers: Tensor) -> Tensor:
    """A loss of 0 that hangs on the encoder (L, B, T, D), so that its backward pass takes place, with gradients 0."""
    if not layers.requires_grad:
        return torch.zeros((), device=layers.device, requires_grad=True)
    return cast(Tensor, _Nothing.apply(layers))


class _Whole(torch.autograd.Function):
    """A loss with the value of all processes' clips; its gradient is multiplied by this process's share of them."""

    @staticmethod
    def forward(ctx: Any, loss: Tensor, value: float, share: float) -> Tensor:
        ctx.share = share
        return torch.full_like(loss, value)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return ctx.share * grads[0], None, None


class _Nothing(torch.autograd.Function):
    """(L, B, T, D) -> 0, with the gradient 0 even where a number is infinite."""

    @staticmethod
    def forward(ctx: Any, layers: Tensor) -> Tensor:
        ctx.shape, ctx.kind = layers.shape, {"dtype": layers.dtype, "device": layers.device}
        return layers.new_zeros((), dtype=torch.float32)

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> Tensor:
        return torch.zeros(ctx.shape, **ctx.kind)
