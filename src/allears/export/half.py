"""Weights of an ONNX file kept in 16 bit and computed with in 32: half the file, the same speed, rounding 60 dB down.

In: a file. Out: the same file with each large float32 constant as float16, and a Cast behind it, which onnxruntime
carries out once, when it opens the file; and the way back, for those who take a network up again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["HALF", "float_constants", "halve_weights", "make_whole", "set_nodes"]

HALF = "/half"  # behind the name of what is kept in 16 bit
_SMALLEST = 256  # numbers of a constant that is worth it
_LARGEST = 6e4  # that 16 bit hold


def float_constants(graph: onnx.GraphProto, without: Sequence[str] = ()) -> Iterator[onnx.TensorProto]:
    """The float32 constants that 16 bit can hold; not those with a part of `without` in their names."""
    for constant in graph.initializer:
        if constant.data_type != TensorProto.FLOAT or any(part in constant.name for part in without):
            continue
        values = numpy_helper.to_array(constant)
        if values.size >= _SMALLEST and np.abs(values).max() <= _LARGEST:
            yield constant


def halve_weights(path: Path, target: Path | None = None, *, without: Sequence[str] = ()) -> int:
    """Rewrite a file, or write `target`; returns how many constants were halved.

    Args:
        path: file to read.
        target: file to write; `path` if None.
        without: parts of names; constants with one of them stay in 32 bit.
    """
    model = onnx.load(path)
    casts = []
    for constant in float_constants(model.graph, without):
        name, values = constant.name, numpy_helper.to_array(constant)
        constant.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + HALF))
        casts.append(helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT))
    set_nodes(model.graph, [*casts, *model.graph.node])
    target = path if target is None else target
    partial = target.with_name(target.name + ".partial")
    onnx.save(model, partial)
    os.replace(partial, target)
    return len(casts)


def make_whole(model: onnx.ModelProto) -> int:
    """Undo `halve_weights` in a graph, but for the rounding; returns how many constants it changed."""
    halves = {one.name: one for one in model.graph.initializer if one.name.endswith(HALF)}
    kept = []
    for node in model.graph.node:
        constant = halves.get(node.input[0]) if node.op_type == "Cast" and node.input else None
        if constant is None:
            kept.append(node)
        else:
            values = numpy_helper.to_array(constant).astype(np.float32)
            constant.CopyFrom(numpy_helper.from_array(values, node.output[0]))
    count = len(model.graph.node) - len(kept)
    set_nodes(model.graph, kept)
    return count


def set_nodes(graph: onnx.GraphProto, nodes: Sequence[onnx.NodeProto]) -> None:
    """Put these nodes in the place of all that a graph has."""
    copies = list(nodes)
    del graph.node[:]
    graph.node.extend(copies)
