"""What was learned is put on the files, and the runtime then hears as a model exported anew would."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

torch = pytest.importorskip("torch")

from allears import Session  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.runtime.adapters import load_adapters, read_adapter  # noqa: E402
from allears.runtime.model_folder import ModelFolder  # noqa: E402
from allears.runtime.parts import Parts  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402
from allears.tasks.language import language  # noqa: E402
from allears.transfer.adapter_file import write_adapter  # noqa: E402
from allears.transfer.exported_model import exported_state  # noqa: E402
from allears.transfer.lora import merge_lora  # noqa: E402
from allears.transfer.methods import adapt_model  # noqa: E402


def _taken_up(tiny_model: MultiTaskModel, folder: Path, tasks: tuple[str, ...]) -> MultiTaskModel:
    """The network of the folder, with those tasks alone."""
    kept = {name: tiny_model.tasks[name] for name in tasks}
    sharing = hard(reads={n: t.reads for n, t in kept.items()}, dim=64, num_layers=3)
    model = MultiTaskModel(deepcopy(tiny_model.encoder), sharing, kept)
    own = model.state_dict()
    state = {n: v for n, v in exported_state(ModelFolder(folder), tasks).items() if n in own}
    model.load_state_dict(own | state)
    return model.eval()


def _learn(model: MultiTaskModel, parts: tuple[str, ...] = ("encoder", "decoder")) -> None:
    """As if LoRA had been trained."""
    torch.manual_seed(0)
    adapt_model(model, "lora", rank=4, targets=("q", "k", "ffn"), parts=parts)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(".up"):
                parameter.normal_(std=0.3)
    merge_lora(model)


@pytest.fixture(scope="module")
def learned(tiny_model: MultiTaskModel, int8_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = _taken_up(tiny_model, int8_folder, ("transcribe",))
    _learn(model)
    path = tmp_path_factory.mktemp("adapter") / "learned.npz"
    assert write_adapter(path, ModelFolder(int8_folder), model, "learned") == path.stat().st_size
    return path


def test_it_holds_what_changed_and_nothing_else(learned: Path) -> None:
    adapter = read_adapter(learned)
    assert set(adapter.weights) == {"encoder.onnx", "decoder.onnx", "cross.onnx"} and not adapter.files
    kinds = {value.dtype.name for values in adapter.weights.values() for value in values.values()}
    assert kinds == {"int8", "float32"}
    assert len(adapter.weights["encoder.onnx"]) == 2 * 2 * 4  # matrix and scales of q, k, fc1, fc2 in 2 layers


def test_the_runtime_takes_it_for_its_own(learned: Path, int8_folder: Path, clips: list[np.ndarray]) -> None:
    """As if the weights stood in the file."""
    folder = ModelFolder(int8_folder)
    worn = load_adapters([learned], folder)
    heard = Parts(folder, 1, worn).encode(clips[1])
    model = onnx.load(int8_folder / "encoder.onnx")
    for one in model.graph.initializer:
        if one.name in (new := read_adapter(learned).weights["encoder.onnx"]):
            one.CopyFrom(numpy_helper.from_array(new[one.name], one.name))
    written = ort.InferenceSession(model.SerializeToString()).run(["layers"], {"audio": clips[1][None]})[0]
    assert np.allclose(heard, written, atol=1e-5)
    assert not np.allclose(heard, Parts(folder, 1).encode(clips[1]), atol=0.05)


def test_a_session_wears_it(learned: Path, int8_folder: Path, clips: list[np.ndarray]) -> None:
    plain = Session(int8_folder, num_threads=1).hear(clips[2])
    worn = Session(int8_folder, num_threads=1, adapters=[learned]).hear(clips[2])
    assert worn.speaker is not None and plain.speaker is not None
    assert not np.allclose(worn.speaker.vector, plain.speaker.vector, atol=1e-3)


def test_a_head_that_learned_new_classes_comes_as_a_file(
    tiny_model: MultiTaskModel, int8_folder: Path, clips: list[np.ndarray], tmp_path: Path
) -> None:
    model = _taken_up(tiny_model, int8_folder, ("language",))
    model.tasks["language"] = language(classes=("cs", "de", "en"), hidden=8)
    model.heads["language"] = model.tasks["language"].head(64).eval()
    write_adapter(tmp_path / "a.npz", ModelFolder(int8_folder), model, "a")
    adapter = read_adapter(tmp_path / "a.npz")
    assert set(adapter.files) == {"language.onnx"} and not adapter.weights
    worn = load_adapters([tmp_path / "a.npz"], ModelFolder(int8_folder))
    parts = Parts(ModelFolder(int8_folder), 1, worn)
    assert worn.spec(ModelFolder(int8_folder).spec).task("language").classes == ("cs", "de", "en")
    assert parts.head("language", parts.encode(clips[1])).shape == (3,)


def test_nothing_learned_and_nowhere_to_put_it(tiny_model: MultiTaskModel, int8_folder: Path, tmp_path: Path) -> None:
    folder, model = ModelFolder(int8_folder), _taken_up(tiny_model, int8_folder, ("transcribe", "speech"))
    with pytest.raises(ValueError, match="nothing is other than in the model"):
        write_adapter(tmp_path / "a.npz", folder, model, "a")
    adapt_model(model, "adapters", size=2)
    with pytest.raises(ValueError, match=r"have no place in the files.*export the whole run instead"):
        write_adapter(tmp_path / "a.npz", folder, model, "a")
    assert not list(tmp_path.iterdir())
