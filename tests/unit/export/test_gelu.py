"""GELU in exported graphs: one operation, the same answer, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from allears.export.gelu import fuse_gelu

NUMBERS = {"root": 2.0**0.5, "one": 1.0, "half": 0.5}


def _model(outputs: tuple[str, ...] = ("y",), **other: float) -> onnx.ModelProto:
    """x * (0.5 * (1 + erf(x / root))), with other numbers where given."""
    nodes = [
        helper.make_node("Div", ["x", "root"], ["a"]),
        helper.make_node("Erf", ["a"], ["b"]),
        helper.make_node("Add", ["b", "one"], ["c"]),
        helper.make_node("Mul", ["half", "c"], ["d"]),
        helper.make_node("Mul", ["x", "d"], ["y"]),
    ]
    constants = [numpy_helper.from_array(np.float32(v), name) for name, v in (NUMBERS | other).items()]
    seen = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None]) for name in ("x", *outputs)]
    graph = helper.make_graph(nodes, "gelu", seen[:1], seen[1:], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _run(model: onnx.ModelProto, x: np.ndarray) -> list[np.ndarray]:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(one) for one in session.run(None, {"x": x})]


def test_five_operations_become_one_with_the_same_answer() -> None:
    model, x = _model(), np.linspace(-6, 6, 1001, dtype=np.float32)
    before = _run(model, x)[0]
    assert fuse_gelu(model) == 1
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["Gelu"]
    assert not model.graph.initializer
    np.testing.assert_allclose(_run(model, x)[0], before, atol=1e-6)


@pytest.mark.parametrize("other", [{"root": 2.0}, {"one": -1.0}, {"half": 1.0}])
def test_other_numbers_are_another_function(other: dict[str, float]) -> None:
    model = _model(**other)
    assert fuse_gelu(model) == 0
    assert len(model.graph.node) == 5


def test_what_something_else_reads_stays() -> None:
    model, x = _model(("y", "b")), np.linspace(-2, 2, 9, dtype=np.float32)
    before = _run(model, x)
    assert fuse_gelu(model) == 0
    for found, truth in zip(_run(model, x), before, strict=True):
        np.testing.assert_array_equal(found, truth)


def test_exported_encoders_have_no_error_function(plain_folder: Path) -> None:
    kinds = {node.op_type for node in onnx.load(plain_folder / "encoder.onnx").graph.node}
    assert "Gelu" in kinds
    assert "Erf" not in kinds
