"""What the runtime unpacks is what onnxruntime would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

onnx = pytest.importorskip("onnx", reason="needs the extra `train`")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from allears.export.packed import pack_weights  # noqa: E402
from allears.runtime.onnx_file import ModelError, open_onnx  # noqa: E402
from allears.runtime.packed import unpacked  # noqa: E402

ROWS, COLUMNS = 64, 300


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """x (N, 64) times an int8 matrix, whose weights are kept in 4 bits."""
    rng = np.random.default_rng(3)
    matrix = rng.integers(-127, 128, (ROWS, COLUMNS)).astype(np.int8)
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x8", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["x8", "matrix", "zero"], ["y"], name="product"),
    ]
    graph = helper.make_graph(
        nodes, "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", ROWS])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, ["N", COLUMNS])],
        [numpy_helper.from_array(matrix, "matrix"), numpy_helper.from_array(np.ones(3, np.float32), "bystander")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"spec": "é" * 300})
    onnx.save(model, tmp_path / "whole.onnx")
    assert unpacked(tmp_path / "whole.onnx") is None
    assert pack_weights(tmp_path / "whole.onnx", tmp_path / "packed.onnx") == 1
    return tmp_path / "packed.onnx"


def test_it_is_what_onnxruntime_would_unpack(packed: Path) -> None:
    content = unpacked(packed)
    assert content is not None
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model)
    assert {one.name for one in model.graph.initializer} == {"matrix", "bystander"}
    assert [node.op_type for node in model.graph.node] == ["DynamicQuantizeLinear", "MatMulInteger"]
    assert model.metadata_props[0].value == "é" * 300
    x = np.random.default_rng(1).normal(size=(5, ROWS)).astype(np.float32)
    plain = ort.InferenceSession(str(packed), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    assert np.array_equal(open_onnx(packed, 1).run(None, {"x": x})[0], plain)
    whole = open_onnx(packed.with_name("whole.onnx"), 1).run(None, {"x": x})[0]
    assert 0 < np.abs(plain - whole).mean() < 0.2 * np.abs(whole).mean()


def test_a_damaged_file_is_told(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-700])
    with pytest.raises(ModelError, match=r"packed\.onnx is not an ONNX file, or damaged"):
        open_onnx(packed, 1)
