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

    def backward(
        self,
        losses: Mapping[str, Tensor],
        shared: Sequence[nn.Parameter],
        *,
        features: Tensor | None = None,
        scale: float = 1.0,
    ) -> BalanceReport:
        """Add gradients to `.grad` of every parameter that the losses reach.

        Args:
            losses: task -> scalar, not scaled; may lack any task at any step, never empty.
            shared: trainable parameters that more than one task reaches; empty where all of them are frozen.
            features: (L, B, T, D) layers of the encoder in the graph of `losses`: methods that need only how task
                gradients stand to each other may take them here, which costs no second pass through the encoder. None,
                or without gradient, where the encoder is frozen.
            scale: what the gradients are multiplied by (1 / batches a step); the method itself sees whole losses.
        """
        ...
