"""What a user names becomes a stage; its weights and layers are those that are heard with. No torch."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

import onnx

from allears.export.folder import write_checksums
from allears.runtime.adapters import Adapter, read_adapter
from allears.runtime.onnx_file import ModelError
from allears.transfer.stages import Stage, layers_of, read_stage, weights_of_stage
from tests.unit.compress.conftest import build
from tests.unit.transfer.small import RATE, write_shifted

FC1 = "encoder.layers.0.fc1.weight"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return build(tmp_path / "model")


def test_an_adapter_is_worn_on_what_was_before(model: Path, tmp_path: Path) -> None:
    before = read_stage(model)
    after = read_stage(write_shifted(tmp_path / "loud.npz", model), before)
    assert after == Stage("loud", model, tmp_path / "loud.npz")
    old, new = weights_of_stage(before), weights_of_stage(after)
    assert np.allclose(new[FC1], 1.5 * old[FC1]) and old[FC1].shape == (64, 64)
    assert all(np.array_equal(new[name], old[name]) for name in old if name != FC1)
    assert {"heads.tone.out.bias", "heads.voice.out.bias"} <= set(old)


def test_layers_are_those_of_the_adapted_encoder(model: Path, tmp_path: Path) -> None:
    before = read_stage(model)
    after = read_stage(write_shifted(tmp_path / "loud.npz", model), before)
    audio = np.random.default_rng(0).standard_normal(RATE // 2).astype(np.float32)
    old, new = layers_of(before).hear(audio), layers_of(after).hear(audio)
    assert old.shape == new.shape == (3, 25, 64)
    assert np.allclose(old[0], new[0]) and not np.allclose(old[1], new[1])
    assert layers_of(before).frame_shift_s == pytest.approx(0.02)


def test_what_adapt_left_is_its_adapter_where_it_can_be_worn(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "cs"
    write_shifted(out / "adapter.npz", model)
    (out / "run" / "checkpoints").mkdir(parents=True)
    assert read_stage(out, read_stage(model)) == Stage("cs", model, out / "adapter.npz")
    assert read_stage(out) == Stage("cs", out / "run")
    assert read_stage(out / "run").name == "cs"


def test_what_is_no_model_is_told(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_ADAPTERS", str(tmp_path / "none"))
    with pytest.raises(ValueError, match="is no model: give the folder"):
        read_stage(tmp_path)
    with pytest.raises(ValueError, match="there is no adapter 'nothing'"):
        read_stage("nothing", read_stage(model))
    with pytest.raises(ValueError, match="worn on an exported model"):
        read_stage(write_shifted(tmp_path / "a.npz", model))


def test_exported_models_are_compared_without_torch() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra `report`")
    code = "import sys, allears.report.adapted, allears.report.write; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "False"


def test_a_run_is_compared_with_what_it_began_with(model: Path) -> None:
    """The same path, before the first step."""
    assert Stage("run", model, is_start=True) != Stage("run", model)


def test_weights_of_an_adapted_model_read_the_adapter_once(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = read_stage(write_shifted(tmp_path / "loud.npz", model), read_stage(model))
    read: list[Path] = []

    def counted(path: Path) -> Adapter:
        read.append(path)
        return read_adapter(path)

    monkeypatch.setattr("allears.runtime.adapters.read_adapter", counted)
    monkeypatch.setattr("allears.transfer.stages.read_adapter", counted)
    weights_of_stage(after)
    assert read == [tmp_path / "loud.npz"]


def test_an_adapter_of_another_model_is_told(model: Path, tmp_path: Path) -> None:
    other = _changed(model, tmp_path / "other")
    stage = Stage("loud", other, write_shifted(tmp_path / "loud.npz", model))
    with pytest.raises(ModelError, match=r"was made for small 1, and .* is another network"):
        weights_of_stage(stage)


def _changed(model: Path, out: Path) -> Path:
    """The model with another first matrix, and sums that fit."""
    shutil.copytree(model, out)
    network = onnx.load(out / "encoder.onnx")
    matrix = next(one for one in network.graph.initializer if one.name == "matrix0")
    matrix.CopyFrom(onnx.numpy_helper.from_array(2 * onnx.numpy_helper.to_array(matrix), "matrix0"))
    onnx.save(network, out / "encoder.onnx")
    write_checksums(out)
    return out
