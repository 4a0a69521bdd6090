"""int8 files become float ones that say the same, but for the rounding of activations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.compress import METHODS
from allears.compress.plain import plain_folder
from allears.runtime.model_folder import ModelFolder
from allears.scoring.folder import ClipSound
from allears.transfer.places import constants_of


@pytest.fixture(scope="module")
def ints(small: ModelFolder, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    out = tmp_path_factory.mktemp("ints") / "model"
    method = METHODS["int8-dynamic"](min_bytes=0)
    method.apply(small, out, method.units(small), ())
    return ModelFolder(out)


def test_weights_are_the_rounded_ones(small: ModelFolder, ints: ModelFolder, tmp_path: Path) -> None:
    assert plain_folder(ints, tmp_path / "m") == 5
    graphs = [onnx.load(folder / "encoder.onnx").graph for folder in (small.path, tmp_path / "m")]
    kinds = [sorted(node.op_type for node in graph.node) for graph in graphs]
    assert kinds[0] == kinds[1]
    was, now = constants_of(graphs[0])["matrix0"], constants_of(graphs[1])["matrix0_quantized_float"]
    step = np.abs(was).max(axis=0) / 127
    assert (np.abs(was - now) <= 0.51 * step).all() and np.abs(was - now).max() > 0


def test_it_runs(ints: ModelFolder, sounds: list[ClipSound], tmp_path: Path) -> None:
    plain_folder(ints, tmp_path / "m")
    feed = {"audio": sounds[0].audio[None]}
    was, now = (
        ort.InferenceSession(str(folder / "encoder.onnx")).run(None, feed)[0] for folder in (ints.path, tmp_path / "m")
    )
    assert np.abs(was - now).mean() < 0.03 * was.std()


def test_lstms_come_back(tmp_path: Path) -> None:
    """Of the model that ships: its letters' head has two."""
    from allears.compress.plain import plain_file

    base = ModelFolder(None).path / "ctc.onnx"
    plain_file(base, tmp_path / "ctc.onnx")
    kinds = [node.op_type for node in onnx.load(tmp_path / "ctc.onnx").graph.node]
    assert kinds.count("LSTM") == 2 and "DynamicQuantizeLSTM" not in kinds
    layers = {"layers": np.random.default_rng(0).normal(0, 1, (7, 1, 40, 512)).astype(np.float32)}
    was, now = (ort.InferenceSession(str(path)).run(None, layers)[0] for path in (base, tmp_path / "ctc.onnx"))
    assert np.corrcoef(was.ravel(), now.ravel())[0, 1] > 0.98
