"""The smallest weights become 0 (Han et al. 2015): no shape changes, and no file is smaller for it.

What it is for: what a network can do without is seen, and a folder of many zeros packs well (zip, a disk image). Where
bytes or time count, take `structured`. Weights that a recovery training moved from 0 are put back by doing it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
from onnx import numpy_helper

from allears.compress import METHODS
from allears.compress.file_method import FileMethod, Nodes, WriteFile
from allears.runtime.model_folder import ModelFolder

__all__ = ["magnitude"]

Scope = Literal["global", "layer"]


@METHODS.register
def magnitude(*, amount: float = 0.3, scope: Scope = "global", min_bytes: int = 1_000_000) -> FileMethod:
    """The smallest weights to 0.

    Args:
        amount: share of the weights, 0 to 1.
        scope: `global`: the smallest of all matrices together; `layer`: the same share of every matrix.
        min_bytes: units of fewer bytes of weights stay as they are.

    Raises:
        ValueError: an amount that is no share, another scope.
    """
    if not 0.0 < amount < 1.0 or scope not in ("global", "layer"):
        raise ValueError(f"amount is {amount}, scope {scope!r}: give a share between 0 and 1, and global or layer")

    def prepare(model: ModelFolder, nodes: Nodes, _: Sequence[np.ndarray]) -> WriteFile:
        threshold = _quantile(_matrices(model, nodes), amount) if scope == "global" else None

        def write(source: Path, target: Path, names: Sequence[str]) -> None:
            network = onnx.load(source)
            for one in _constants(network.graph, names):
                value = numpy_helper.to_array(one)
                least = _quantile([value], amount) if threshold is None else threshold
                one.CopyFrom(numpy_helper.from_array(np.where(np.abs(value) <= least, np.float32(0), value), one.name))
            onnx.save(network, target)

        return write

    return FileMethod(prepare, ("MatMul",), min_bytes, is_rounding=False)


def _matrices(model: ModelFolder, nodes: Mapping[str, Sequence[str]]) -> list[np.ndarray]:
    return [
        numpy_helper.to_array(one)
        for file, names in nodes.items()
        for one in _constants(onnx.load(model.path / file).graph, names)
    ]


def _constants(graph: onnx.GraphProto, names: Sequence[str]) -> list[onnx.TensorProto]:
    """The weights of the named products."""
    wanted = {node.input[1] for node in graph.node if node.name in set(names)}
    return [one for one in graph.initializer if one.name in wanted]


def _quantile(matrices: Sequence[np.ndarray], amount: float) -> float:
    """The magnitude below which that share of all weights lies."""
    sizes = np.concatenate([np.abs(matrix).ravel() for matrix in matrices])
    place = max(0, round(amount * len(sizes)) - 1)
    return float(np.partition(sizes, place)[place])
