"""A model folder with float weights: what every method starts from, also where only the int8 model is at hand.

In: a model folder. Out: the same graphs; int8 matrix products and LSTMs are float ones again, of the rounded weights,
and what was kept in 16 bit is in 32. The token embedding stays as it is stored: int8 or float. What int8 costs in
weights is in them already; what it costs in activations is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from allears.compress.files import Rewrite, rewrite_folder
from allears.compress.weights import VOCABULARY, files_of_tasks
from allears.export.whole import is_kept_smaller, load_whole
from allears.runtime.model_folder import ModelFolder
from allears.transfer.places import constants_of

__all__ = ["plain_file", "plain_folder"]

_INT8 = ("MatMulInteger", "DynamicQuantizeLSTM")


def plain_folder(model: ModelFolder, out: Path) -> int:
    """Write the folder `out`; returns how many int8 nodes became float ones."""
    changes: dict[str, Rewrite] = {}
    count = 0
    for file in files_of_tasks(model):
        network = onnx.load(model.check(file), load_external_data=False)
        nodes = sum(_is_int8(node) for node in network.graph.node)
        if nodes or is_kept_smaller(network.graph):
            changes[file] = plain_file
            count += nodes
    rewrite_folder(model, out, changes)
    return count


def plain_file(source: Path, target: Path) -> None:
    """One file. The shape of what int8 leaves is that of `onnxruntime.quantization.quantize_dynamic`."""
    model = load_whole(source)
    graph = model.graph
    constants = constants_of(graph)
    readers = {name: node for node in graph.node for name in node.input}
    made: dict[str, onnx.NodeProto] = {}  # output -> the float node that gives it
    added: dict[str, np.ndarray] = {}
    quantised = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "DynamicQuantizeLinear"}
    for node in graph.node:
        if node.op_type == "MatMulInteger" and _is_int8(node):
            name, matrix = _matrix(node, constants)
            added[name] = matrix
            last = readers[readers[node.output[0]].output[0]]  # Cast, then Mul with the scales
            made[last.output[0]] = helper.make_node(
                "MatMul", [quantised[node.input[0]], name], [last.output[0]], name=node.name.removesuffix("_quant")
            )
        elif node.op_type == "DynamicQuantizeLSTM":
            lstm, weights = _lstm(node, constants)
            added |= weights
            made[node.output[0]] = lstm
    _replace(graph, made)
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in added.items())
    _drop_unread(graph)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _is_int8(node: onnx.NodeProto) -> bool:
    return node.op_type in _INT8 and node.input[1] != VOCABULARY


def _matrix(node: onnx.NodeProto, constants: Mapping[str, np.ndarray]) -> tuple[str, np.ndarray]:
    """(D, C) as floats, q s; zero points are 0, as the quantiser is told."""
    scale = constants[node.input[3].replace("_zero_point", "_scale")]
    return f"{node.input[1]}_float", (constants[node.input[1]].astype(np.float32) * scale).astype(np.float32)


def _lstm(node: onnx.NodeProto, constants: Mapping[str, np.ndarray]) -> tuple[onnx.NodeProto, dict[str, np.ndarray]]:
    """Inputs of `DynamicQuantizeLSTM`: those of LSTM, then scale and zero point of both matrices (2, D, 4 H)."""
    weights = {}
    for at, scale_at in ((1, 8), (2, 10)):
        scale = constants[node.input[scale_at]][:, None]
        value = constants[node.input[at]].astype(np.float32) * scale
        weights[f"{node.input[at]}_float"] = np.ascontiguousarray(value.transpose(0, 2, 1))
    first, second = weights
    inputs = [node.input[0], first, second, *node.input[3:8]]
    plain = helper.make_node("LSTM", inputs, list(node.output), name=node.name.removesuffix("_quant"))
    plain.attribute.extend(node.attribute)
    return plain, weights


def _replace(graph: onnx.GraphProto, made: Mapping[str, onnx.NodeProto]) -> None:
    """Put each new node where the one was that gave the same output."""
    nodes = [made.get(node.output[0], node) if node.output else node for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _drop_unread(graph: onnx.GraphProto) -> None:
    """Take out nodes and constants that nothing reads any more."""
    wanted = {one.name for one in graph.output}
    kept = []
    for node in reversed(graph.node):  # in a graph, what reads comes after what is read
        if wanted.intersection(node.output):
            wanted |= set(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    for one in [one for one in graph.initializer if one.name not in wanted]:
        graph.initializer.remove(one)
