"""A pruned encoder is smaller, and its file says what the network says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("pydantic", reason="needs the extra `train`")

from allears.compress import METHODS  # noqa: E402
from allears.compress.network import take_up  # noqa: E402
from allears.runtime.model_folder import ModelFolder  # noqa: E402
from allears.transfer.exported_recipe import encoder_section  # noqa: E402


def _layers(folder: Path, clip: np.ndarray) -> np.ndarray:
    return np.asarray(ort.InferenceSession(str(folder / "encoder.onnx")).run(None, {"audio": clip[None]})[0])


@pytest.fixture(scope="module")
def pruned(floats: ModelFolder, clips: list[np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """Half of the heads and columns went, and the lower of two layers."""
    out = tmp_path_factory.mktemp("pruned") / "model"
    method = METHODS["structured"](heads=0.5, columns=0.5, layers=0, num_clips=2)
    method.apply(floats, out, method.units(floats), clips)
    return ModelFolder(out)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be written, instead of writing it."""
    kept: list[Any] = []
    monkeypatch.setattr("allears.compress.methods.structured.put_down", lambda network, *_: kept.append(network))
    return kept


def test_it_is_smaller_and_keeps_the_tasks(floats: ModelFolder, pruned: ModelFolder) -> None:
    before, after = ((one.path / "encoder.onnx").stat().st_size for one in (floats, pruned))
    assert before - after > 250_000, "of the 390 KB that two layers have"
    assert pruned.spec.tasks == floats.spec.tasks
    assert pruned.spec.num_layers == floats.spec.num_layers - 1
    section = encoder_section(pruned)
    assert section["heads"] in ([1], [2]) and section["columns"][0] < 256 and section["head_width"] == 32


def test_the_file_says_what_the_network_says(pruned: ModelFolder, clips: list[np.ndarray]) -> None:
    again = take_up(pruned)
    with torch.no_grad():
        wanted = again.encoder(torch.from_numpy(clips[1])[None]).layers.numpy()
    layers = _layers(pruned.path, clips[1])
    assert layers.shape[0] == 2
    assert np.abs(layers - wanted).max() < 1e-3 * wanted.std()


@pytest.mark.parametrize("name", ["speech", "cross"])
def test_who_reads_the_layers_can_read_fewer(pruned: ModelFolder, clips: list[np.ndarray], name: str) -> None:
    session: Any = ort.InferenceSession(str(pruned.path / f"{name}.onnx"))
    given = session.run(None, {"layers": _layers(pruned.path, clips[0])})[0]
    assert np.isfinite(given).all()


def test_what_is_kept_out_stays(floats: ModelFolder, network: list[Any], tmp_path: Path) -> None:
    method = METHODS["structured"](heads=0.5, columns=0.5, score="magnitude")
    method.apply(floats, tmp_path / "m", method.units(floats)[1:], ())
    low, high = network[0].encoder.layers
    assert (low.self_attn.num_heads, low.fc1.out_features) == (2, 256)
    assert (high.self_attn.num_heads, high.fc1.out_features) == (1, 128)


def test_the_last_layer_stays(floats: ModelFolder, tmp_path: Path) -> None:
    method = METHODS["structured"](heads=0.0, columns=0.0, layers=1)
    with pytest.raises(ValueError, match="last layer cannot be taken out"):
        method.apply(floats, tmp_path / "m", method.units(floats), ())
    assert not (tmp_path / "m").exists()


def test_no_clips_are_told(floats: ModelFolder, tmp_path: Path) -> None:
    method = METHODS["structured"]()
    with pytest.raises(ValueError, match=r"there are none: give --measure"):
        method.apply(floats, tmp_path / "m", method.units(floats), ())


def test_a_wrong_share_is_told() -> None:
    with pytest.raises(ValueError, match="shares from 0 to below 1"):
        METHODS["structured"](heads=1.0)
