"""A new row in an exported graph, and every other number as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from allears.transfer.voice.tables import DIALECTS, VOICES, read_tables, write_rows


def _graph(path: Path, *, kind: type = np.float16, names: tuple[str, ...] = (VOICES, DIALECTS)) -> Path:
    rng = np.random.default_rng(0)
    tail = "/half" if kind is np.float16 else ""
    constants = [numpy_helper.from_array(rng.standard_normal((5, 3)).astype(kind), name + tail) for name in names]
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    node = helper.make_node("Identity", ["x"], ["y"])
    graph = helper.make_graph(
        [node], "g", [value], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])], constants
    )
    model = helper.make_model(graph)
    onnx.helper.set_model_props(model, {"kept": "1", "told": "old"})
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_one_row_changes_and_nothing_else(tmp_path: Path, kind: type) -> None:
    source, target = _graph(tmp_path / "a.onnx", kind=kind), tmp_path / "b.onnx"
    before, vector = read_tables(source), np.array([1.5, -2.0, 0.25], np.float32)
    write_rows(source, target, {VOICES: {4: vector}}, {"told": "new"})
    after = read_tables(target)
    np.testing.assert_array_equal(after[VOICES][4], vector)
    np.testing.assert_array_equal(after[VOICES][:4], before[VOICES][:4])
    np.testing.assert_array_equal(after[DIALECTS], before[DIALECTS])
    assert {one.key: one.value for one in onnx.load(target).metadata_props} == {"kept": "1", "told": "new"}


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    source = _graph(tmp_path / "a.onnx")
    with pytest.raises(ValueError, match=r"row 5 of \(3,\) does not fit it"):
        write_rows(source, tmp_path / "b.onnx", {VOICES: {5: np.zeros(3)}})
    with pytest.raises(ValueError, match=r"row 1 of \(2,\)"):
        write_rows(source, tmp_path / "b.onnx", {VOICES: {1: np.zeros(2)}})
    bare = _graph(tmp_path / "c.onnx", names=(VOICES,))
    with pytest.raises(ValueError, match=f"has no {DIALECTS}"):
        read_tables(bare)
    with pytest.raises(ValueError, match=f"has no {DIALECTS}"):
        write_rows(bare, tmp_path / "b.onnx", {DIALECTS: {1: np.zeros(3)}})
