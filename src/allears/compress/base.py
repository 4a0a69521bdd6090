"""What every way of making a model smaller is: units that can be left out, and a step from folder to folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from allears.runtime.model_folder import ModelFolder

__all__ = ["Method", "Unit"]


@dataclass(frozen=True)
class Unit:
    """The least part of a model that a method changes or leaves as it is: a layer, or all of a small file.

    Attributes:
        name: `encoder.layers.3`, `speaker`.
        file: that it is in.
        nodes: names of the nodes in that file whose weights change.
        num_bytes: of those weights, as they are.
        tasks: that hear through it.
    """

    name: str
    file: str
    nodes: tuple[str, ...]
    num_bytes: int
    tasks: tuple[str, ...]


class Method(Protocol):
    """The contract of the `methods` plug-in folder.

    Attributes:
        is_rounding: whether it stores weights in fewer bits: no other method can change those afterwards.
    """

    @property
    def is_rounding(self) -> bool: ...

    def units(self, model: ModelFolder) -> Sequence[Unit]:
        """What it can change in a model whose weights are floats; lowest first."""
        ...

    def apply(self, model: ModelFolder, out: Path, units: Sequence[Unit], clips: Sequence[np.ndarray]) -> None:
        """Write the folder `out` with those units changed.

        Args:
            model: what is changed.
            out: model folder to write; appears whole or not at all.
            units: to change, of those that `units` gives.
            clips: (S,) samples to calibrate on; may be empty for a method that looks at weights alone.

        Raises:
            ValueError: the model is of a kind that the method cannot change, or there are no clips and it needs some.
        """
        ...
