"""A regulariser that remembers nothing: a function of the weights as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from allears.regularise.base import Sensitivity

__all__ = ["Stateless"]


class Stateless:
    """`value()` times `weight`."""

    def __init__(self, value: Callable[[], Tensor], weight: float) -> None:
        self._value, self._weight = value, weight

    def penalty(self, progress: float) -> Tensor:
        return self._weight * self._value()

    def start_phase(self, sensitivity: Sensitivity) -> None:
        pass

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        pass
