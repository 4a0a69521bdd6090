"""Gradients of all processes added up, and clipped as one.

In: parameters with this process's part of their gradients. Out: whole gradients, the same bits everywhere. Those of
sharded parameters (`shard.py`) have been added up in the backward pass already.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor, nn

from allears.ranks import num_ranks, sum_over_ranks
from allears.train.shard import is_sharded

__all__ = ["clip_gradients", "sum_gradients"]

BUCKET = 1 << 23  # numbers sent at a time: 32 MB, enough to fill a network, little beside the model


@torch.no_grad()
def sum_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """`.grad` becomes the sum over the processes; it stays None where it is None everywhere, as on one process."""
    if num_ranks() == 1:
        return
    own = [p for p in parameters if p.requires_grad and not is_sharded(p)]
    num_with = sum_over_ranks(torch.tensor([p.grad is not None for p in own], dtype=torch.int64)).tolist()
    reached = [p for p, count in zip(own, num_with, strict=True) if count]
    for parameter in reached:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    for bucket in _buckets([p.grad for p in reached if p.grad is not None]):
        flat = sum_over_ranks(torch.cat([grad.flatten() for grad in bucket]))
        for grad, part in zip(bucket, flat.split([grad.numel() for grad in bucket]), strict=True):
            grad.copy_(part.view_as(grad))


@torch.no_grad()
def clip_gradients(parameters: Sequence[nn.Parameter], max_norm: float) -> float:
    """Scale all gradients down together to a norm of at most `max_norm`; returns what it was."""
    sharded = [p.grad.to_local() for p in parameters if p.grad is not None and is_sharded(p)]  # type: ignore[attr-defined]
    if not sharded:
        return float(nn.utils.clip_grad_norm_(parameters, max_norm))
    plain = [p.grad for p in parameters if p.grad is not None and not is_sharded(p)]
    norm = math.sqrt(float(sum_over_ranks(_square(sharded))) + float(_square(plain)))
    factor = max_norm / (norm + 1e-6)  # the formula of torch's clip_grad_norm_, which takes no mixture
    if factor < 1:
        torch._foreach_mul_([*sharded, *plain], factor)
    return norm


def _square(tensors: Sequence[Tensor]) -> Tensor:
    """Sum of all squares; float64, on the CPU."""
    parts = [tensor.double().square().sum().cpu() for tensor in tensors]
    return torch.stack([torch.zeros((), dtype=torch.float64), *parts]).sum()


def _buckets(grads: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Neighbours of one kind, about `BUCKET` numbers at a time."""
    bucket: list[Tensor] = []
    for grad in grads:
        size = sum(g.numel() for g in bucket)
        if bucket and (
            size + grad.numel() > BUCKET or (grad.dtype, grad.device) != (bucket[0].dtype, bucket[0].device)
        ):
            yield bucket
            bucket = []
        bucket.append(grad)
    if bucket:
        yield bucket
