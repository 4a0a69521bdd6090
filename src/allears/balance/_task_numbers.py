"""Numbers that a balancer remembers of each task, kept under the task's name and saved with the run.

In: task names and what to start from. Out: a module of one buffer a task; reads and writes plain floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

__all__ = ["TaskNumbers"]


class TaskNumbers(nn.Module):
    """Task name -> `size` numbers.

    Args:
        tasks: all the names there will be.
        size: numbers a task.
        start: what each of them is at first.
    """

    def __init__(self, tasks: Sequence[str], size: int = 1, start: float = 0.0) -> None:
        super().__init__()
        for task in sorted(tasks):
            self.register_buffer(task, torch.full((size,), start, dtype=torch.float64))

    def __getitem__(self, task: str) -> list[float]:
        """The numbers of a task."""
        numbers: list[float] = self._buffers[task].tolist()
        return numbers

    def __setitem__(self, task: str, values: Sequence[float]) -> None:
        buffer = self._buffers[task]
        buffer.copy_(torch.tensor(values, dtype=buffer.dtype))

    def _apply(self, fn: Callable[..., Any], recurse: bool = True) -> TaskNumbers:
        """What `.to`, `.cuda` and `.half` call: these numbers stay as they are."""
        return self
