"""Gradients of each task on the shared parameters: exact, one whole backward pass and one row of memory a task.

In: losses and the shared parameters. Out: rows of gradients, and what puts their weighted sum into `.grad`.

Letters: K tasks, P numbers in the shared parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["ParameterGradients"]


class ParameterGradients:
    """See `TaskGradients`; the graph of the losses is freed.

    Each pass is an ordinary `backward`: what only one task reaches collects its gradient as it always does, and from
    the shared parameters each task's gradient is taken away before the next task comes. Sharded parameters come first.
    """

    def __init__(
        self, losses: Mapping[str, Tensor], shared: Sequence[nn.Parameter], factors: Mapping[str, float]
    ) -> None:
        self._shared = sorted({id(p): p for p in shared}.values(), key=lambda p: not _is_sharded(p))
        self._sizes = [_local(p).numel() for p in self._shared]
        self.num_apart = sum(n for n, p in zip(self._sizes, self._shared, strict=True) if _is_sharded(p))
        self.rows = torch.zeros(len(losses), sum(self._sizes), device=self._shared[0].device)
        kept = [p.grad for p in self._shared]  # of earlier batches of this step
        try:
            for number, (task, loss) in enumerate(losses.items()):
                self._clear()
                loss.backward(torch.full_like(loss, factors[task]), retain_graph=number + 1 < len(losses))
                for p, part in zip(self._shared, self._parts(self.rows[number]), strict=True):
                    if p.grad is not None:
                        part.copy_(_local(p.grad.detach()).flatten())
        finally:
            for p, grad in zip(self._shared, kept, strict=True):
                p.grad = grad

    def apply(self, weights: Sequence[float]) -> None:
        total = torch.tensor(weights, dtype=self.rows.dtype, device=self.rows.device) @ self.rows
        for p, part in zip(self._shared, self._parts(total), strict=True):
            add_grad(p, _like(part, p))

    def _clear(self) -> None:
        for p in self._shared:
            p.grad = None

    def _parts(self, flat: Tensor) -> Sequence[Tensor]:
        """(P,) -> one view a parameter."""
        return flat.split(self._sizes)


def _is_sharded(tensor: Tensor) -> bool:
    """Whether this process has only a part of it (a DTensor, see `train/shard.py`)."""
    return hasattr(tensor, "placements")


def _local(tensor: Tensor) -> Tensor:
    """What this process has of it."""
    return tensor.to_local() if _is_sharded(tensor) else tensor  # type: ignore[attr-defined]


def _like(part: Tensor, parameter: Any) -> Tensor:
    """Numbers of this process, in the shape of the parameter."""
    if not _is_sharded(parameter):
        return part.view_as(parameter)
    kind = {"device_mesh": parameter.device_mesh, "placements": parameter.placements, "run_check": False}
    own = part.view_as(_local(parameter))
    return type(parameter.data).from_local(own, shape=parameter.shape, stride=parameter.stride(), **kind)


def add_grad(parameter: Tensor, grad: Tensor) -> None:
    """parameter.grad += grad, as `backward` does."""
    if parameter.grad is None:
        parameter.grad = grad.detach().to(parameter.dtype, copy=True)
    else:
        parameter.grad += grad
