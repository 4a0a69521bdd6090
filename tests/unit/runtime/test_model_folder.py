"""A model folder is checked before it is believed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from allears.runtime.model_folder import DEFAULT_MODEL, ModelFolder, shipped_models
from allears.runtime.onnx_file import ModelError


def test_files_of_a_task(fake_model: Path) -> None:
    folder = ModelFolder(fake_model)
    assert folder.files_of(folder.spec.task("transcribe")) == ("decoder.onnx", "cross.onnx", "vocabulary.txt")
    assert folder.files_of(folder.spec.task("speech")) == ("speech.onnx",)


def test_sums_as_sha256sum_writes_them(own_model: Path) -> None:
    sums = own_model / "SHA256SUMS"
    lines = sums.read_text().replace("  ", " *").replace("*speech", "*./speech")
    sums.write_text(lines)
    assert ModelFolder(own_model).check("speech.onnx") == own_model / "speech.onnx"


def test_a_file_nobody_listed_is_used_with_a_warning(own_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    (own_model / "SHA256SUMS").unlink()
    ModelFolder(own_model).check("speech.onnx")
    assert "does not list speech.onnx: it is used unchecked" in caplog.text


def test_a_spec_of_a_newer_allears(own_model: Path, new_sums: Callable[[Path], None]) -> None:
    path = own_model / "encoder.onnx"
    path.write_bytes(path.read_bytes().replace(b'"spec_version": 1', b'"spec_version": 9'))
    new_sums(own_model)
    with pytest.raises(ModelError, match="spec version 9, this allears reads up to 1: upgrade allears"):
        ModelFolder(own_model)


def test_an_onnx_file_of_somebody_else(own_model: Path) -> None:
    (own_model / "encoder.onnx").write_bytes((own_model / "speech.onnx").read_bytes())
    with pytest.raises(ModelError, match="not an allears model"):
        ModelFolder(own_model)


def test_a_model_that_ships_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "base" in shipped_models()
    assert ModelFolder("base").path == ModelFolder("allears-base").path == DEFAULT_MODEL
    with pytest.raises(ModelError, match=r"there is no model folder .*elsewhere/base"):
        ModelFolder(tmp_path / "elsewhere" / "base")
    with pytest.raises(ModelError, match=r"comes with allears \(.*base.*\), or leave it out"):
        ModelFolder("huge")


def test_a_folder_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base").mkdir()
    with pytest.raises(ModelError, match=r"base/encoder\.onnx"):
        ModelFolder("base")
