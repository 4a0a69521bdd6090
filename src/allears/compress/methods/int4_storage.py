"""8-bit weights kept in 4 bits and computed with in 8: half the bytes, the speed of int8, the accuracy of 4 bits.

`export/packed.py` has the layout; the runtime unpacks it when it opens the file (`runtime/packed.py`). It comes after
`int8-dynamic`, whose weights it packs. Needs no clips. Against `int4-weights`: as small, and as fast as int8.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import TensorProto

from allears.compress import METHODS
from allears.compress.file_method import FileMethod
from allears.compress.weights import weight_nodes, weights_of
from allears.export.packed import pack_weights

__all__ = ["int4_storage"]

_KINDS = ("MatMulInteger", "DynamicQuantizeLSTM")


@METHODS.register
def int4_storage(*, min_bytes: int = 250_000, only: Sequence[str] = ()) -> FileMethod:
    """4-bit files of int8 weights.

    Args:
        min_bytes: units of fewer bytes of weights stay as they are.
        only: files to change, such as `decoder.onnx`; all if none is named.
    """
    return FileMethod(
        lambda *_: _write, _KINDS, min_bytes, skips=lambda file: bool(only) and file not in only,
        stored=TensorProto.INT8,
    )  # fmt: skip


def _write(source: Path, target: Path, names: Sequence[str]) -> None:
    chosen = set(names)
    nodes = weight_nodes(onnx.load(source).graph, _KINDS, TensorProto.INT8)
    weights = {weight for node, _ in nodes if node.name in chosen for weight in weights_of(node)}
    pack_weights(source, target, names=weights)
