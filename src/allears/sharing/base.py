"""What decides which features each task reads from the one encoder pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor, nn

from allears.encoders.base import Hidden

__all__ = ["Sharing"]


class Sharing(Protocol):
    """The contract of the `sharing` plug-in folder; a sharing is also an `nn.Module`.

    A builder is called as `builder(reads={task: "mix" | "last"}, dim=D, num_layers=L, **options)`.
    """

    def __call__(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        """Features (B, T, D) of each task; of the named tasks only, if given."""
        ...

    def shared_parameters(self) -> list[nn.Parameter]:
        """Parameters of the sharing itself that more than one task reads (the encoder's are not among them)."""
        ...
