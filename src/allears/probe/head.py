"""A probe as an ONNX head: the same pooling as `features.py` and one matrix, written node by node.

In: the classifier and the model's other heads. Out: a graph, layers (L, 1, T, D) -> output (1, C). The graphs of the
speech head (for the weights of the frames) and of the embedding heads that the classifier reads are put inside, so that
the head needs nothing but the encoder's output. Blocks whose weights are all 0 are left out with all they need.

Letters: L layers, T frames, D width, K layers that are read, E width of an embedding, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper, version_converter

from allears.probe.blocks import Block, speech_file
from allears.probe.features import EPSILON, FLOOR
from allears.probe.space import Linear
from allears.spec import ModelSpec

__all__ = ["head_model"]

_OPSET, _IR = 18, 10  # those of the exported heads; where they have others, theirs
_END = 2**62  # a slice to the end


class _Graph:
    """Nodes and constants that are being put together."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.opset, self.ir = _OPSET, _IR
        self.domains: dict[str, int] = {}

    def add(self, kind: str, *inputs: str, **attributes: int) -> str:
        """A node; the name of its output."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name, None, None, None, **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        """The name of a constant."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def inline(self, path: Path, prefix: str) -> str:
        """Another head's graph, reading the same layers; the name of its output."""
        model = onnx.load(path)
        opset = max(one.version for one in model.opset_import if one.domain == "")
        if opset < _OPSET:
            model = version_converter.convert_version(model, _OPSET)
        self.opset = max(self.opset, opset)
        for one in model.opset_import:
            if one.domain:  # onnxruntime's own operations
                self.domains[one.domain] = max(one.version, self.domains.get(one.domain, 0))
        self.ir = max(self.ir, model.ir_version)
        graph = compose.add_prefix_graph(model.graph, prefix)
        for node in graph.node:
            del node.metadata_props[:]
            node.input[:] = ["layers" if name == f"{prefix}layers" else name for name in node.input]
        self.nodes += graph.node
        self.constants += graph.initializer
        return f"{prefix}output"


def head_model(linear: Linear, blocks: Sequence[Block], folder: Path, spec: ModelSpec) -> onnx.ModelProto:
    """The head.

    Args:
        linear: the classifier of features that `blocks` describes.
        blocks: of the features.
        folder: with the files of the model's heads.
        spec: of the model.
    """
    used = [block for block in blocks if np.any(linear.weights[block.columns])]
    graph = _Graph()
    layers = [block for block in used if block.layer is not None]
    parts = [_pooled(graph, [block.layer or 0 for block in layers], folder, spec)] if layers else []
    parts += [
        graph.add("Reshape", graph.inline(folder / spec.task(block.name).file, f"{block.name}/"), graph.ints(1, -1))
        for block in used
        if block.layer is None
    ]
    rows = [linear.weights[block.columns] for block in used]
    weights = graph.constant(np.concatenate(rows or [linear.weights]).astype(np.float32))
    if not parts:  # nothing tells the classes apart: their share among the clips is all there is
        parts = [graph.add("Expand", graph.number(0.0), graph.ints(1, len(linear.weights)))]
    features = graph.add("Concat", *parts, axis=1)
    bias = graph.constant(linear.bias.astype(np.float32))
    graph.nodes.append(helper.make_node("Gemm", [features, weights, bias], ["output"], name="classifier"))
    return _model(graph, spec, linear.weights.shape[1])


def _pooled(graph: _Graph, numbers: Sequence[int], folder: Path, spec: ModelSpec) -> str:
    """Statistics of those layers, (1, 2 K D) in the order of the features: see `features.pool`."""
    tail = round(spec.tail_s / spec.frame_shift_s)
    end = graph.ints(-tail if tail else _END)
    frames = graph.add("Gather", "layers", graph.ints(*numbers), axis=0)  # (K, 1, T, D)
    frames = graph.add("Slice", frames, graph.ints(0), end, graph.ints(2))
    time = graph.ints(2)
    weights = _weights(graph, folder, spec, end)
    share = graph.add("Div", weights, graph.add("ReduceSum", weights, time))  # (1, 1, T, 1)
    mean = graph.add("ReduceSum", graph.add("Mul", frames, share), time)
    apart = graph.add("Sub", frames, mean)
    variance = graph.add("ReduceSum", graph.add("Mul", graph.add("Mul", apart, apart), share), time)
    log = graph.add("Log", graph.add("Add", variance, graph.number(EPSILON)))
    both = graph.add("Concat", mean, graph.add("Mul", log, graph.number(0.5)), axis=2)  # (K, 1, 2, D)
    return graph.add("Reshape", both, graph.ints(1, 2 * len(numbers) * spec.dim))


def _weights(graph: _Graph, folder: Path, spec: ModelSpec, end: str) -> str:
    """Weights of the frames without the tail, (1, 1, T, 1)."""
    file = speech_file(spec)
    if file is None:  # 1 for each frame there is
        first = graph.add("Slice", "layers", graph.ints(0, 0, 0), graph.ints(1, 1, _END), graph.ints(0, 3, 2))
        first = graph.add("Slice", first, graph.ints(0), end, graph.ints(2))
        return graph.add("Add", graph.add("Mul", first, graph.number(0.0)), graph.number(1.0))
    logits = graph.add("Reshape", graph.inline(folder / file, "speech/"), graph.ints(1, 1, -1, 1))
    logits = graph.add("Slice", logits, graph.ints(0), end, graph.ints(2))
    return graph.add("Max", graph.add("Sigmoid", logits), graph.number(FLOOR))


def _model(graph: _Graph, spec: ModelSpec, num_classes: int) -> onnx.ModelProto:
    layers = helper.make_tensor_value_info("layers", TensorProto.FLOAT, [spec.num_layers, 1, "T", spec.dim])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, num_classes])
    made = helper.make_graph(graph.nodes, "probe", [layers], [output], graph.constants)
    opsets = {"": graph.opset, **graph.domains}
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    model = helper.make_model(made, opset_imports=imports, ir_version=graph.ir)
    onnx.checker.check_model(model)
    return model
