"""Weights to int8: matrix products and LSTMs, one scale a column; convolutions stay (int8 there costs accuracy).

In: fp32 ONNX files. Out: the same graphs with int8 weights, activations quantised as they come (dynamic).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from allears.export.quiet import quiet

__all__ = ["add_vocabulary", "quantize"]

_TINY = 1e-12  # keeps a token whose embedding is all zeros from dividing by zero


def quantize(
    source: Path,
    target: Path,
    *,
    exclude: tuple[str, ...] = (),
    nodes: Sequence[str] | None = None,
    exclude_nodes: Sequence[str] = (),
) -> None:
    """int8 weights for the MatMul and LSTM nodes of an ONNX file, but those whose names contain a word of `exclude`.

    Args:
        source: fp32 file.
        target: file to write.
        exclude: words.
        nodes: names of the only nodes to change; all of those kinds if None.
        exclude_nodes: names of nodes to leave.
    """
    model = onnx.load(source)
    skipped = [n.name for n in model.graph.node if n.op_type == "MatMul" and any(word in n.name for word in exclude)]
    with quiet():
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "LSTM"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=None if nodes is None else list(nodes),
            nodes_to_exclude=[*skipped, *exclude_nodes],
            # no shapes are known behind an operation of onnxruntime's own (`gelu.py`); everything here is float
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )


def add_vocabulary(path: Path, embedding: np.ndarray, *, is_int8: bool) -> None:
    """Put the token embedding (V, D) before a decoder and its transpose after it: `tokens` in, `logits` out.

    As int8 the matrix is stored once, (D, V) with one scale a token, and both ends read it: Whisper ties them, and it
    is half of the decoder.
    """
    model = onnx.load(path)
    graph = model.graph
    graph.input.remove(next(i for i in graph.input if i.name == "embedded"))
    final = next(o for o in graph.output if o.name == "final")
    graph.output.remove(final)
    graph.input.insert(0, helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "N"]))
    graph.output.insert(0, helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "N", len(embedding)]))
    before, after = (_int8_ends if is_int8 else _fp32_ends)(graph, embedding)
    for at, node in enumerate(before):
        graph.node.insert(at, node)
    graph.node.extend(after)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _int8_ends(graph: onnx.GraphProto, embedding: np.ndarray) -> tuple[list[onnx.NodeProto], list[onnx.NodeProto]]:
    scale = np.maximum(np.abs(embedding).max(axis=1), _TINY) / 127.0  # (V,)
    table = np.clip(np.rint(embedding / scale[:, None]), -127, 127).astype(np.int8)
    _constants(graph, vocabulary=np.ascontiguousarray(table.T), vocabulary_scale=scale.astype(np.float32))
    before = [
        helper.make_node("Gather", ["vocabulary", "tokens"], ["column_int8"], axis=1),  # (D, 1, N)
        helper.make_node("Cast", ["column_int8"], ["column"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["vocabulary_scale", "tokens"], ["column_scale"], axis=0),  # (1, N)
        helper.make_node("Mul", ["column", "column_scale"], ["column_scaled"]),
        helper.make_node("Transpose", ["column_scaled"], ["embedded"], perm=[1, 2, 0]),
    ]
    after = [
        helper.make_node("DynamicQuantizeLinear", ["final"], ["final_int8", "final_scale", "final_zero"]),
        helper.make_node("MatMulInteger", ["final_int8", "vocabulary", "final_zero"], ["logits_int32"]),
        helper.make_node("Cast", ["logits_int32"], ["logits_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["final_scale", "vocabulary_scale"], ["logits_scale"]),
        helper.make_node("Mul", ["logits_float", "logits_scale"], ["logits"]),
    ]
    return before, after


def _fp32_ends(graph: onnx.GraphProto, embedding: np.ndarray) -> tuple[list[onnx.NodeProto], list[onnx.NodeProto]]:
    _constants(graph, vocabulary=np.ascontiguousarray(embedding.T))
    before = [
        helper.make_node("Gather", ["vocabulary", "tokens"], ["column"], axis=1),
        helper.make_node("Transpose", ["column"], ["embedded"], perm=[1, 2, 0]),
    ]
    return before, [helper.make_node("MatMul", ["final", "vocabulary"], ["logits"])]


def _constants(graph: onnx.GraphProto, **arrays: np.ndarray) -> None:
    for name, array in arrays.items():
        graph.initializer.append(numpy_helper.from_array(array, name))
