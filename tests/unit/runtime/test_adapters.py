"""An adapter is put on the model it was made for, with others that leave its weights alone, and on no other."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from allears import Session
from allears.runtime.adapters import FORMAT, Adapter, Adapters, find_adapter, load_adapters, read_adapter
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import ModelError, graph_digest
from allears.runtime.origin import OriginOf
from allears.spec import Resolution, TaskSpec


def _write(path: Path, folder: Path, file: str = "encoder.onnx", **about: Any) -> Path:
    """An adapter that replaces a weight `w` of a file."""
    own = ModelFolder(folder)
    base = {file: {"sha256": own.sums[file], "graph": graph_digest(folder / file)}}
    told = {"format": FORMAT, "name": path.stem, "model": "fake 1", "base": base, "tasks": [], **about}
    text = np.frombuffer(json.dumps(told).encode(), np.uint8)
    arrays: dict[str, Any] = {"about": text, f"weight/{file}/w": np.ones((2, 2), np.float32)}
    np.savez(path, **arrays)
    return path


def test_it_is_found_by_path_and_by_name(fake_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_ADAPTERS", str(tmp_path))
    path = _write(tmp_path / "cs.npz", fake_model)
    assert find_adapter("CS") == find_adapter(path) == path
    with pytest.raises(ValueError, match=r"no adapter 'nl'.*\(there: cs\)"):
        find_adapter("nl")


def test_two_that_change_the_same_weights(fake_model: Path, tmp_path: Path) -> None:
    paths = [_write(tmp_path / f"{name}.npz", fake_model) for name in ("cs", "nl")]
    with pytest.raises(ValueError, match=r"'cs' and 'nl' both change 1 weights or files \(encoder.onnx: w"):
        load_adapters(paths, ModelFolder(fake_model))
    other = _write(tmp_path / "en.npz", fake_model, "speech.onnx")
    load_adapters([paths[0], other], ModelFolder(fake_model))


def test_a_model_it_was_not_made_for(fake_model: Path, own_model: Path, tmp_path: Path) -> None:
    wrong = {"encoder.onnx": {"sha256": "0", "graph": "1"}}
    path = _write(tmp_path / "cs.npz", fake_model, base=wrong)
    with pytest.raises(ModelError, match=r"'cs' was made for fake 1, and .*encoder.onnx is another network"):
        Session(fake_model, adapters=[path])
    renamed = {"encoder.onnx": {"sha256": "0", "graph": graph_digest(fake_model / "encoder.onnx")}}
    load_adapters([_write(path, fake_model, base=renamed)], ModelFolder(fake_model))  # the same networks, other sums


def test_what_is_no_adapter(fake_model: Path, tmp_path: Path) -> None:
    path = _write(tmp_path / "cs.npz", fake_model, format=FORMAT + 1)
    with pytest.raises(ModelError, match="upgrade allears"):
        read_adapter(path)
    _write(path, fake_model)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="no adapter, or damaged"):
        read_adapter(path)
    path.write_bytes(b"no zip")
    with pytest.raises(ModelError, match="no adapter, or damaged"):
        read_adapter(path)


def test_tasks_take_the_place_of_the_models_or_join_them(fake_model: Path) -> None:
    spec = ModelFolder(fake_model).spec
    old = replace(spec.tasks[0], classes=("x",))
    new = TaskSpec("mood", Resolution.CLIP, {"kind": "top_one"}, ("a", "b"), "mood.onnx")
    adapter = Adapter("a", "fake", {}, {}, {"mood.onnx": b"x"}, (new, old))
    found = Adapters([adapter]).spec(spec)
    assert [t.name for t in found.tasks] == [*(t.name for t in spec.tasks), "mood"]
    assert found.tasks[0].classes == ("x",) and asdict(found.tasks[1]) == asdict(spec.tasks[1])
    assert Adapters([adapter]).content("mood.onnx") == b"x" and Adapters().content("mood.onnx") is None


def test_embeddings_are_others_where_the_encoder_is(fake_model: Path) -> None:
    folder = ModelFolder(fake_model)
    weights = {"encoder.onnx": {"w": np.ones(1, np.float32)}}
    worn = Adapters([Adapter("a", "fake", {}, weights, {}, digest="1")])
    elsewhere = Adapters([Adapter("a", "fake", {}, {"speech.onnx": {"w": np.ones(1, np.float32)}}, {}, digest="1")])
    plain = OriginOf(folder, "speaker").origin
    assert not OriginOf(folder, "speaker", worn=worn).is_same(plain)
    assert OriginOf(folder, "speaker", worn=elsewhere).is_same(plain)
    assert OriginOf(folder, "speaker", worn=Adapters()).origin == plain


def test_options_of_a_file_alone_are_changed() -> None:
    adapter = Adapter("a", "fake", {}, {"encoder.onnx": {"w": np.ones(1, np.float32)}}, {})
    options = onnxruntime.SessionOptions()
    Adapters([adapter]).change("speech.onnx", options)
    Adapters([adapter]).change("encoder.onnx", options)  # onnxruntime would refuse the same name twice
    with pytest.raises(RuntimeError, match="already been added"):
        Adapters([adapter]).change("encoder.onnx", options)
