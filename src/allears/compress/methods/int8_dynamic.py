"""Weights in 8 bits; what they are multiplied with is rounded as it comes. Needs no clips.

Matrix products and LSTMs, one scale a column, as `allears export` does (`export/quantize.py`). The token embedding of a
text decoder, where it is still float, becomes int8 with one scale a token as soon as any of its decoder does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from allears.compress import METHODS
from allears.compress.file_method import FileMethod
from allears.compress.weights import VOCABULARY, weight_nodes
from allears.export.quantize import add_vocabulary, quantize
from allears.transfer.places import constants_of

__all__ = ["int8_dynamic"]

_KINDS = ("MatMul", "LSTM")


@METHODS.register
def int8_dynamic(*, min_bytes: int = 1_000_000) -> FileMethod:
    """8-bit weights, activations rounded as they come.

    Args:
        min_bytes: units of fewer bytes of weights stay float: most heads would save little and lose accuracy.
    """
    return FileMethod(lambda *_: _write, _KINDS, min_bytes)


def _write(source: Path, target: Path, names: Sequence[str]) -> None:
    others = [node.name for node, _ in weight_nodes(onnx.load(source).graph, _KINDS) if node.name not in set(names)]
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        bare = Path(folder) / "bare.onnx"
        embedding = _without_vocabulary(source, bare)
        quantize(bare, target, nodes=names, exclude_nodes=others)
    if embedding is not None:
        add_vocabulary(target, embedding, is_int8=True)


def _without_vocabulary(source: Path, target: Path) -> np.ndarray | None:
    """Write a decoder without a float token embedding, as it was before `add_vocabulary`; returns that, (V, D)."""
    model = onnx.load(source)
    graph = model.graph
    constant = next((one for one in graph.initializer if one.name == VOCABULARY), None)
    if constant is None or constant.data_type != TensorProto.FLOAT:
        onnx.save(model, target)
        return None
    embedding = np.ascontiguousarray(constants_of(graph)[VOCABULARY].T)
    graph.initializer.remove(constant)
    ends = {"column", "embedded", "logits"}  # what `add_vocabulary` makes of a float one
    for node in [node for node in graph.node if ends.intersection(node.output)]:
        graph.node.remove(node)
    for ports, name in ((graph.input, "tokens"), (graph.output, "logits")):
        ports.remove(next(port for port in ports if port.name == name))
    width = embedding.shape[1]
    graph.input.insert(0, helper.make_tensor_value_info("embedded", TensorProto.FLOAT, [1, "N", width]))
    graph.output.insert(0, helper.make_tensor_value_info("final", TensorProto.FLOAT, [1, "N", width]))
    onnx.save(model, target)
    return embedding
