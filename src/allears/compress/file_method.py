"""A method that changes files one by one: it says which nodes it can change and how a file is written.

In: a function that rewrites a file. Out: a `Method`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx

from allears.compress.base import Unit
from allears.compress.files import Rewrite, rewrite_folder
from allears.compress.weights import large_units, matrix_units
from allears.runtime.model_folder import ModelFolder

__all__ = ["FileMethod", "Nodes", "WriteFile"]

Nodes = Mapping[str, Sequence[str]]
"""File -> names of the nodes in it that change."""

WriteFile = Callable[[Path, Path, Sequence[str]], None]
"""(file, new file, names of the nodes that change)"""

Prepare = Callable[[ModelFolder, Nodes, Sequence[np.ndarray]], WriteFile]
"""(model, nodes, clips) -> what writes each file: looks at the whole model before any file is written."""


@dataclass(frozen=True)
class FileMethod:
    """See `compress/base.py`.

    Attributes:
        prepare: gives what writes a file.
        kinds: of nodes that it can change.
        min_bytes: a unit whose weights are fewer is left as it is.
        skips: whether it cannot change a file.
        is_rounding: whether weights are stored in fewer bits.
        stored: type of the weights that it can change, of `onnx.TensorProto`.
    """

    prepare: Prepare
    kinds: tuple[str, ...] = ("MatMul",)
    min_bytes: int = 0
    skips: Callable[[str], bool] = lambda file: False
    is_rounding: bool = True
    stored: int = onnx.TensorProto.FLOAT

    def units(self, model: ModelFolder) -> tuple[Unit, ...]:
        found = large_units(matrix_units(model, self.kinds, self.stored), self.min_bytes)
        return tuple(unit for unit in found if not self.skips(unit.file))

    def apply(self, model: ModelFolder, out: Path, units: Sequence[Unit], clips: Sequence[np.ndarray]) -> None:
        nodes: defaultdict[str, list[str]] = defaultdict(list)
        for unit in units:
            nodes[unit.file] += unit.nodes
        write = self.prepare(model, nodes, clips)
        changes: dict[str, Rewrite] = {file: partial(_written, write, names) for file, names in nodes.items()}
        rewrite_folder(model, out, changes)


def _written(write: WriteFile, names: Sequence[str], source: Path, target: Path) -> None:
    write(source, target, names)
