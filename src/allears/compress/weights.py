"""The weights of an ONNX file that can be made smaller: constants of matrix products and LSTMs, by unit.

In: a model folder. Out: units: a layer of the encoder or of a text decoder, all of any other file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

import onnx

from allears.compress.base import Unit
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import Resolution
from allears.transfer.places import find_places

__all__ = ["VOCABULARY", "files_of_tasks", "large_units", "matrix_units", "weight_nodes", "weights_of"]

VOCABULARY = "vocabulary"  # the token embedding, which both ends of a decoder read: see `export/quantize.py`
_LAYER = re.compile(r"^(.+?\.\d+)(\.|$)")
_WEIGHTS_AT = {"MatMul": (1,), "LSTM": (1, 2), "MatMulInteger": (1,), "DynamicQuantizeLSTM": (1, 2)}
"""Inputs of a node that are its weights."""


def files_of_tasks(model: ModelFolder) -> dict[str, tuple[str, ...]]:
    """ONNX file -> tasks that hear through it; all do through the encoder."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for task in model.spec.tasks:
        for file in (ENCODER, *model.files_of(task)):
            if file.endswith(".onnx"):
                found[file].append(task.name)
    return {file: tuple(dict.fromkeys(tasks)) for file, tasks in found.items()}


def weight_nodes(
    graph: onnx.GraphProto, kinds: Collection[str] = ("MatMul",), stored: int = onnx.TensorProto.FLOAT
) -> Iterator[tuple[onnx.NodeProto, int]]:
    """Nodes of these kinds whose weights are constants stored so, and the bytes of those; not the vocabulary."""
    sizes = {
        one.name: one.ByteSize() for one in graph.initializer if one.data_type == stored
    }  # a few bytes more than the values: names and shapes
    for node in graph.node:
        if node.op_type not in kinds:
            continue
        names = weights_of(node)
        if all(name in sizes for name in names) and VOCABULARY not in names:
            yield node, sum(sizes[name] for name in names)


def weights_of(node: onnx.NodeProto) -> list[str]:
    """Names of the constants that are the weights of a node."""
    return [node.input[at] for at in _WEIGHTS_AT[node.op_type]]


def matrix_units(
    model: ModelFolder, kinds: Collection[str] = ("MatMul",), stored: int = onnx.TensorProto.FLOAT
) -> tuple[Unit, ...]:
    """The units of every file, the encoder's first."""
    layered = {ENCODER, *(task.file for task in model.spec.tasks if task.resolution is Resolution.TEXT)}
    units: list[Unit] = []
    for file, tasks in files_of_tasks(model).items():
        graph = onnx.load(model.path / file).graph
        owners = {place.name: name for name, place in find_places(graph).items()}
        nodes: defaultdict[str, list[str]] = defaultdict(list)
        sizes: defaultdict[str, int] = defaultdict(int)
        for node, size in weight_nodes(graph, kinds, stored):
            name = _unit_name(file, owners.get(node.input[1], "") if file in layered else "")
            nodes[name].append(node.name)
            sizes[name] += size
        units += [Unit(name, file, tuple(nodes[name]), sizes[name], tasks) for name in nodes]
    return tuple(units)


def _unit_name(file: str, parameter: str) -> str:
    """`encoder.layers.3` of `encoder.layers.3.fc1.weight`; the file's name where there is no number."""
    found = _LAYER.match(parameter)
    return found.group(1) if found else Path(file).stem


def large_units(units: Collection[Unit], num_bytes: int) -> tuple[Unit, ...]:
    """Those worth changing: of so many bytes or more."""
    return tuple(unit for unit in units if unit.num_bytes >= num_bytes)
