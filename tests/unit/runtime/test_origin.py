"""What is kept of a model's embeddings lives as long as the networks that make them, whatever the model is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import numpy_helper

from allears.runtime import origin as module
from allears.runtime.model_folder import ModelFolder
from allears.runtime.onnx_file import ModelError
from allears.runtime.origin import Origin, OriginOf
from allears.spec import METADATA_KEY

NewSums = Callable[[Path], None]


def _origin(folder: Path) -> OriginOf:
    return OriginOf(ModelFolder(folder), "speaker")


def _name_anew(folder: Path) -> None:
    """Another version and another threshold; the networks stay."""
    path = folder / "encoder.onnx"
    spec = ModelFolder(folder).spec
    tasks = tuple(replace(t, decode={**t.decode, "threshold": 0.5}) for t in spec.tasks)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {METADATA_KEY: replace(spec, version="2", tasks=tasks).to_json()})
    onnx.save(model, path)


def _change_weight(path: Path) -> None:
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    values = numpy_helper.to_array(tensor).copy()
    values.reshape(-1)[-1] += 1
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    onnx.save(model, path)


def test_a_new_version_of_the_same_networks_is_the_same(own_model: Path, new_sums: NewSums) -> None:
    kept = _origin(own_model).origin
    _name_anew(own_model)
    new_sums(own_model)
    again = _origin(own_model)
    assert again.is_same(kept)
    assert (kept.model, again.origin.model) == ("fake 1", "fake 2")
    assert again.origin.files != kept.files, "so it was the graphs that said so"


@pytest.mark.parametrize("file", ["encoder.onnx", "speaker.onnx"])
def test_another_weight_is_another_origin(own_model: Path, new_sums: NewSums, file: str) -> None:
    kept = _origin(own_model).origin
    _change_weight(own_model / file)
    new_sums(own_model)
    assert not _origin(own_model).is_same(kept), "name and version are the same, the network is not"


def test_another_tasks_network_changes_nothing(own_model: Path, new_sums: NewSums) -> None:
    kept = _origin(own_model).origin
    (own_model / "speech.onnx").write_bytes(b"")
    new_sums(own_model)
    assert _origin(own_model).is_same(kept)


def test_networks_are_read_only_where_the_sums_differ(own_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _origin(own_model).origin

    def read(path: Path) -> str:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(module, "graph_digest", read)
    assert _origin(own_model).is_same(kept)
    with pytest.raises(AssertionError, match=r"encoder\.onnx was read"):
        _origin(own_model).is_same(replace(kept, files="other"))


def test_a_folder_without_sums_goes_by_the_graphs(own_model: Path) -> None:
    kept = _origin(own_model).origin
    (own_model / "SHA256SUMS").unlink()
    again = _origin(own_model)
    assert again.origin.files == ""
    assert again.is_same(kept) and again.is_same(again.origin)


def test_what_was_kept_before_goes_by_name_and_version(own_model: Path) -> None:
    assert _origin(own_model).is_same(Origin("fake 1"))
    assert not _origin(own_model).is_same(Origin("fake 2"))


def test_a_missing_network_is_told(own_model: Path) -> None:
    (own_model / "speaker.onnx").unlink()
    with pytest.raises(ModelError, match=r"speaker\.onnx does not exist"):
        _ = _origin(own_model).origin
