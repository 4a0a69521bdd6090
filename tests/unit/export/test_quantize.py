"""int8 weights: which, and how near they stay.

Letters: V vocabulary, D width.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("torch")

from allears.export.quantize import add_vocabulary, quantize


def _kinds(path: Path) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for node in onnx.load(path).graph.node:
        kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
    return kinds


def _run(path: Path, **inputs: np.ndarray) -> list[np.ndarray]:
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    out: list[np.ndarray] = session.run(None, inputs)
    return out


def test_only_products_with_weights_are_int8(plain_folder: Path, int8_folder: Path, tiny_model: Any) -> None:
    plain, small = _kinds(plain_folder / "encoder.onnx"), _kinds(int8_folder / "encoder.onnx")
    assert small["Conv"] == plain["Conv"] >= 3, "the two convolutions and the Fourier transform stay as they are"
    assert "ConvInteger" not in small
    num_layers = tiny_model.encoder.num_layers - 1
    assert small["MatMulInteger"] == 6 * num_layers  # q, k, v, out, and two of the feed-forward part
    assert small["MatMul"] == plain["MatMul"] - 6 * num_layers  # the attention itself, and the mel filters


def test_int8_stays_near(plain_folder: Path, int8_folder: Path, clips: list[np.ndarray]) -> None:
    for clip in clips:
        truth = _run(plain_folder / "encoder.onnx", audio=clip[None])[0]
        found = _run(int8_folder / "encoder.onnx", audio=clip[None])[0]
        assert 0 < np.abs(found - truth).mean() / truth.std() < 0.02


@pytest.mark.parametrize(("name", "share"), [("encoder.onnx", 0.9), ("cross.onnx", 0.75), ("decoder.onnx", 0.35)])
def test_int8_is_smaller(plain_folder: Path, int8_folder: Path, name: str, share: float) -> None:
    """Of so small an encoder, positions and the Fourier basis are the larger part."""
    assert (int8_folder / name).stat().st_size < share * (plain_folder / name).stat().st_size


def _between(path: Path, dim: int) -> None:
    """A "decoder" that gives back what it was given: embedded (1, N, D) -> final (1, N, D), and another output."""
    node, names = helper.make_node, ("embedded", "final", "alignment")
    nodes = [node("Identity", ["embedded"], ["final"]), node("Abs", ["embedded"], ["alignment"])]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "N", dim]) for name in names]
    graph = helper.make_graph(nodes, "between", values[:1], values[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)


@pytest.mark.parametrize("is_int8", [False, True])
def test_the_vocabulary_at_both_ends(tmp_path: Path, is_int8: bool) -> None:
    path, rng = tmp_path / "decoder.onnx", np.random.default_rng(0)
    embedding = rng.standard_normal((200, 32)).astype(np.float32) * np.linspace(0.1, 3, 200, dtype=np.float32)[:, None]
    embedding[7] = 0.0
    _between(path, 32)
    add_vocabulary(path, embedding, is_int8=is_int8)
    tokens = np.array([[3, 199, 7]])
    logits, embedded = _run(path, tokens=tokens)
    near = 0.02 if is_int8 else 1e-5
    np.testing.assert_allclose(embedded[0], np.abs(embedding[tokens[0]]), atol=near * 3)
    truth = embedding[tokens[0]] @ embedding.T
    assert logits.shape == (1, 3, 200)
    assert np.abs(logits[0] - truth).max() < near * np.abs(truth).max()
    assert (logits[0, :, 7] == 0).all()


def test_the_tied_vocabulary_is_stored_once(plain_folder: Path, int8_folder: Path, tiny_model: Any) -> None:
    size = tiny_model.heads["transcribe"].decoder.embed_tokens.weight.numel()
    for folder, num_bytes in ((plain_folder, 4), (int8_folder, 1)):
        path = folder / "decoder.onnx"
        tables = [t for t in onnx.load(path).graph.initializer if numpy_helper.to_array(t).size == size]
        assert [t.name for t in tables] == ["vocabulary"]
        assert size * num_bytes < path.stat().st_size < 1.5 * size * num_bytes


def test_words_name_what_stays_as_it_is(tmp_path: Path) -> None:
    weight = numpy_helper.from_array(np.eye(8, dtype=np.float32), "w")
    node = helper.make_node
    nodes = [node("MatMul", ["x", "w"], ["y"], "first"), node("MatMul", ["y", "w"], ["z"], "out_proj")]
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 8]) for n in ("x", "z")]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), tmp_path / "a.onnx")
    quantize(tmp_path / "a.onnx", tmp_path / "b.onnx", exclude=("out_proj",))
    kinds = _kinds(tmp_path / "b.onnx")
    assert (kinds["MatMulInteger"], kinds["MatMul"]) == (1, 1)
