"""What is asked of the weights themselves, beside the tasks' losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

__all__ = ["Regulariser", "Sensitivity", "Terms", "check_parameters", "check_weight", "copy_into", "detached"]

Sensitivity = Callable[[int, Mapping[str, nn.Parameter]], Mapping[str, Tensor]]
"""(number of batches, parameters) -> mean squared gradient of each under the tasks of the phase that ended."""


@dataclass(frozen=True)
class Terms:
    """What a regulariser may look at.

    Attributes:
        parameters: name -> trainable parameter of the parts that the recipe names, at the start of the run (pretrained
            weights loaded).
        task_vectors: asks for the sharing's vector of each task, in the graph; None if it has none.
    """

    parameters: Mapping[str, nn.Parameter]
    task_vectors: Callable[[], Mapping[str, Tensor]] | None = field(default=None)


class Regulariser(Protocol):
    """The contract of the `regularise` plug-in folder.

    A builder is called as `builder(terms=Terms(...), weight=..., **options)`; `weight` is above 0.
    """

    def penalty(self, progress: float) -> Tensor:
        """A scalar to be added to the loss, weight included; `progress` runs from 0 to 1 over the run."""
        ...

    def start_phase(self, sensitivity: Sensitivity) -> None:
        """A phase of the run has ended and another begins: the time to take an anchor. Calling `sensitivity` costs a
        backward pass a clip and is done only by who needs it."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Tensors and plain values; empty if there is nothing to remember."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...


def check_weight(weight: float) -> None:
    """Raise ValueError unless the weight is above 0."""
    if not weight > 0:
        raise ValueError(f"weight must be above 0, got {weight}: take the regulariser out instead")


def check_parameters(terms: Terms) -> None:
    """Raise ValueError if there is nothing to pull at."""
    if not terms.parameters:
        raise ValueError(
            "none of the weights that `parts` names train: name parts that do (sharing, heads), or thaw them"
        )


def detached(parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies of the values as they are now."""
    return {name: p.detach().clone() for name, p in parameters.items()}


@torch.no_grad()
def copy_into(own: Mapping[str, Tensor], saved: Mapping[str, Tensor], what: str) -> None:
    """Copy saved tensors into ours.

    Raises:
        ValueError: they are of other parameters.
    """
    if set(own) != set(saved):
        differing = sorted(set(own) ^ set(saved))[:5]
        raise ValueError(
            f"cannot resume: the {what} of a regulariser is of other parameters ({differing}): put `regularise` and "
            "encoder.freeze back as they were"
        )
    for name, value in own.items():
        value.copy_(saved[name])
