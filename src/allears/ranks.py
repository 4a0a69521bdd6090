"""The other processes of a run: how many there are, and sums over them. Alone, everything here does nothing.

In: tensors, numbers, plain values. Out: the same on every process. A run of several processes is N copies of one
program that take the same steps; every function here has to be called by all of them, in the same order.
What is asked is torch's own default process group (`train/distributed.py` starts it): no state is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

__all__ = ["first_says", "num_ranks", "of_all", "rank", "sum_over_ranks", "total"]

Value = TypeVar("Value")


def num_ranks() -> int:
    """How many processes train together; 1 for one alone."""
    return dist.get_world_size() if _is_joined() else 1


def rank() -> int:
    """Number of this process, from 0; 0 writes the files."""
    return dist.get_rank() if _is_joined() else 0


def sum_over_ranks(tensor: Tensor) -> Tensor:
    """The sum of the processes' tensors, in place: the same bits everywhere."""
    if num_ranks() > 1:
        dist.all_reduce(tensor)
    return tensor


def total(numbers: Mapping[str, float]) -> dict[str, float]:
    """The sum of each number over the processes; the keys must be the same everywhere. Whole numbers stay exact."""
    if num_ranks() == 1:
        return dict(numbers)
    names = sorted(numbers)
    sums = sum_over_ranks(torch.tensor([float(numbers[name]) for name in names], dtype=torch.float64)).tolist()
    found = dict(zip(names, sums, strict=True))
    return {name: type(value)(found[name]) for name, value in numbers.items()}


def first_says(value: Value) -> Value:
    """What process 0 gave, everywhere."""
    if num_ranks() == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box)
    return box[0]


def of_all(value: Any) -> list[Any]:
    """What each process gave, in their order."""
    if num_ranks() == 1:
        return [value]
    found: list[Any] = [None] * num_ranks()
    dist.all_gather_object(found, value)
    return found


def _is_joined() -> bool:
    return dist.is_available() and dist.is_initialized()
