"""What turns the losses of several tasks into one update. A balancer owns the backward pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor, nn

__all__ = ["BalanceReport", "Balancer"]


@dataclass(frozen=True)
class BalanceReport:
    """What a step did, for the log.

    Attributes:
        weights: task -> weight its loss had.
        cosine: (task, task) -> cosine of their gradients on the shared parameters, where the method computes them.
    """

    weights: Mapping[str, float]
    cosine: Mapping[tuple[str, str], float] = field(default_factory=dict)


class Balancer(Protocol):
    """The contract of the `balance` plug-in folder; a balancer is also an `nn.Module`.

    A builder is called as `builder(tasks=[names], **options)`.
    """

    def backward(self, losses: Mapping[str, Tensor], shared: Sequence[nn.Parameter]) -> BalanceReport:
        """Leave gradients in `.grad` of every parameter; `losses` may lack any task at any step."""
        ...
