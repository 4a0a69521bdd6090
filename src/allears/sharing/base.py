"""What decides which features each task reads from the one encoder pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from allears.encoders.base import Hidden

__all__ = ["CopiesLayers", "HasLayerWeights", "HasPenalty", "HasTaskVectors", "Sharing"]


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


@runtime_checkable
class HasPenalty(Protocol):
    """A sharing that also wants something of its own parameters (towers that stay near each other)."""

    def penalty(self, progress: float) -> Tensor:
        """A scalar to be added to the loss, weight and schedule included; `progress` runs from 0 to 1 over the run."""
        ...


@runtime_checkable
class CopiesLayers(Protocol):
    """A sharing whose first weights are the encoder's last layers.

    Attributes:
        at: the layer above which it copies.
    """

    at: int

    def start_from(self, upper: Mapping[str, Tensor]) -> None:
        """Take them over (`transfer/upper_layers.py`); not called where a checkpoint is loaded."""
        ...


@runtime_checkable
class HasTaskVectors(Protocol):
    """A sharing that holds a vector a task; near vectors are tasks that want alike features."""

    def task_vectors(self) -> dict[str, Tensor]:
        """Task -> (D',), not detached: a sparsity penalty pulls at them; whoever only looks detaches."""
        ...


@runtime_checkable
class HasLayerWeights(Protocol):
    """A sharing that knows how much each task reads of each layer."""

    def layer_weights(self) -> dict[str, Tensor]:
        """Task -> (L,) detached, summing to 1."""
        ...
