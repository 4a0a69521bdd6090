"""8-bit weights of an ONNX file kept in 4 bits: half the file, the speed of int8, the accuracy of 4 bits.

In: a file with int8 constants. Out: the same file in which each is made from 4-bit numbers and a scale for every 32
rows of a column, by nodes that onnxruntime carries out once, when it opens the file; and the way back.

    w8 = round(s (n - 8)),  n = 0 .. 15,  s the scale of the block whose rounding is nearest

Rows 0 to 15 of a block are the lower halves of its bytes, rows 16 to 31 the upper ones.

Letters: D rows, C columns, K blocks of a column.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from allears.export.half import set_nodes
from allears.runtime.packed import int8_weights

__all__ = ["PACKED", "pack_weights", "unpack"]

PACKED = "/int4"  # behind the name of what is kept in 4 bits
_SCALES = "/int4-scales"
_BLOCK = 32
_ZERO = 8  # n that stands for 0
_SHRUNK = np.linspace(0.7, 1.0, 7)  # of the scale that reaches the largest weight of a block: the best is taken


def pack_weights(path: Path, target: Path | None = None, *, names: Collection[str] | None = None) -> int:
    """Rewrite a file, or write `target`; returns how many constants were packed.

    Args:
        path: file to read.
        target: file to write; `path` if None.
        names: of int8 constants; all that fit if None. One fits if it has rows in whole blocks.
    """
    model = onnx.load(path)
    graph = model.graph
    nodes: list[onnx.NodeProto] = []
    count = 0
    for constant in list(graph.initializer):
        is_int8 = constant.data_type == TensorProto.INT8 and len(constant.dims) >= 2
        if not is_int8 or constant.dims[-2] % _BLOCK or (names is not None and constant.name not in names):
            continue
        halves, scales = _packed(numpy_helper.to_array(constant).astype(np.float32))
        name, shape = constant.name, list(constant.dims)
        constant.CopyFrom(numpy_helper.from_array(halves, name + PACKED))
        graph.initializer.append(numpy_helper.from_array(scales, name + _SCALES))
        nodes += _unpacking(name, shape)
        count += 1
    if count:
        shared = {"int4/15": np.uint8(15), "int4/4": np.uint8(4), "int4/8": np.float32(_ZERO)}
        graph.initializer.extend(numpy_helper.from_array(np.array(value), name) for name, value in shared.items())
    set_nodes(graph, [*nodes, *graph.node])
    target = path if target is None else target
    partial = target.with_name(target.name + ".partial")
    onnx.save(model, partial)
    os.replace(partial, target)
    return count


def unpack(model: onnx.ModelProto) -> int:
    """Make the constants int8 again, changing the graph in place; returns how many."""
    graph = model.graph
    stored = {one.name: one for one in graph.initializer}
    names = [name.removesuffix(PACKED) for name in stored if name.endswith(PACKED)]
    for name in names:
        halves, scales = (numpy_helper.to_array(stored[name + suffix]) for suffix in (PACKED, _SCALES))
        stored[name + PACKED].CopyFrom(numpy_helper.from_array(int8_weights(halves, scales), name))
        graph.initializer.remove(stored[name + _SCALES])
    for extra in [one for one in graph.initializer if one.name.startswith("int4/")]:
        graph.initializer.remove(extra)
    set_nodes(graph, [node for node in graph.node if not _is_unpacking(node)])
    return len(names)


def _packed(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(..., D, C) of integers -> (..., K, 16, C) uint8 and scales (..., K, 1, C) float16."""
    blocks = matrix.reshape(*matrix.shape[:-2], -1, _BLOCK, matrix.shape[-1])
    widest = np.abs(blocks).max(axis=-2, keepdims=True) / (_ZERO - 1)
    best, chosen, numbers = None, np.zeros_like(widest, np.float16), np.zeros_like(blocks)
    for share in _SHRUNK[::-1]:
        scale = np.maximum(widest * share, 1e-3).astype(np.float16)
        whole = np.clip(np.rint(blocks / scale.astype(np.float32)), -_ZERO, _ZERO - 1)
        error = np.square(whole * scale.astype(np.float32) - blocks).sum(axis=-2, keepdims=True)
        is_better = np.ones_like(error, bool) if best is None else error < best
        best = error if best is None else np.minimum(best, error)
        chosen, numbers = np.where(is_better, scale, chosen), np.where(is_better, whole, numbers)
    lower, upper = np.split((numbers + _ZERO).astype(np.uint8), 2, axis=-2)
    return lower | (upper << 4), chosen


def _unpacking(name: str, shape: list[int]) -> list[onnx.NodeProto]:
    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(kind, inputs, [output], name=f"{name}/int4-{kind}-{output}", **attributes)

    p = f"{name}/int4:"
    reshaped = helper.make_node(
        "Constant", [], [f"{p}shape"], name=f"{name}/int4-shape", value=numpy_helper.from_array(np.array(shape))
    )
    return [
        node("BitwiseAnd", [name + PACKED, "int4/15"], f"{p}lower"),
        node("BitShift", [name + PACKED, "int4/4"], f"{p}upper", direction="RIGHT"),
        node("Concat", [f"{p}lower", f"{p}upper"], f"{p}bytes", axis=-2),
        node("Cast", [f"{p}bytes"], f"{p}numbers", to=TensorProto.FLOAT),
        node("Sub", [f"{p}numbers", "int4/8"], f"{p}centred"),
        node("Cast", [name + _SCALES], f"{p}scales", to=TensorProto.FLOAT),
        node("Mul", [f"{p}centred", f"{p}scales"], f"{p}blocks"),
        reshaped,
        node("Reshape", [f"{p}blocks", f"{p}shape"], f"{p}matrix"),
        node("Round", [f"{p}matrix"], f"{p}whole"),
        node("Cast", [f"{p}whole"], name, to=TensorProto.INT8),
    ]


def _is_unpacking(node: onnx.NodeProto) -> bool:
    return "/int4-" in node.name
