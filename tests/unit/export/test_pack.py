"""A trained model to the folder that the runtime loads."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears import Session  # noqa: E402
from allears.encoders.exported import exported  # noqa: E402
from allears.export.folder import CHECKSUMS, write_checksums  # noqa: E402
from allears.export.pack import About, pack  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.runtime.model_folder import ModelFolder  # noqa: E402
from allears.runtime.onnx_file import ModelError  # noqa: E402
from allears.sharing.hard import hard  # noqa: E402
from allears.tasks.speech import speech  # noqa: E402

FILES = {
    "SHA256SUMS", "cross.onnx", "decoder.onnx", "encoder.onnx", "language.onnx", "speaker.onnx", "speech.onnx",
    "vocabulary.txt",
}  # fmt: skip


def test_the_folder_is_whole(int8_folder: Path) -> None:
    assert {path.name for path in int8_folder.iterdir()} == FILES
    spec = ModelFolder(int8_folder).spec
    assert (spec.name, spec.version, spec.notes) == ("tiny-int8", "1", "random weights")
    assert (spec.num_layers, spec.dim, spec.tail_s, spec.frame_shift_s) == (3, 64, 1.0, 0.02)
    assert {task.name: task.file for task in spec.tasks} == {
        "transcribe": "decoder.onnx", "speech": "speech.onnx", "language": "language.onnx", "speaker": "speaker.onnx",
    }  # fmt: skip
    assert spec.task("language").classes == ("de", "en")


def test_nothing_else_is_left_beside_it(int8_folder: Path) -> None:
    assert [path.name for path in int8_folder.parent.iterdir()] == [int8_folder.name]


@pytest.mark.parametrize("name", ["plain_folder", "int8_folder"])
def test_the_runtime_hears_it(name: str, request: pytest.FixtureRequest, clips: list[np.ndarray]) -> None:
    folder = request.getfixturevalue(name)
    result = Session(folder, num_threads=1).hear(clips[2])
    assert set(result.answers) == {"transcribe", "speech", "language", "speaker"}
    assert result.language is not None and result.speaker is not None
    assert abs(float(np.linalg.norm(result.speaker.vector)) - 1.0) < 1e-5


def test_sums_are_those_of_the_files(int8_folder: Path, tmp_path: Path) -> None:
    lines = [line.split() for line in (int8_folder / CHECKSUMS).read_text().splitlines()]
    assert {name for _, name in lines} == FILES - {CHECKSUMS}
    for digest, name in lines:
        assert hashlib.sha256((int8_folder / name).read_bytes()).hexdigest() == digest
    spoiled = tmp_path / "model"
    shutil.copytree(int8_folder, spoiled)
    data = bytearray((spoiled / "speech.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (spoiled / "speech.onnx").write_bytes(data)
    with pytest.raises(ModelError, match=r"speech\.onnx is damaged or was changed"):
        ModelFolder(spoiled).check("speech.onnx")
    write_checksums(spoiled)
    assert ModelFolder(spoiled).check("speech.onnx").name == "speech.onnx"


def test_heads_on_an_exported_encoder_join_its_files(int8_folder: Path, tmp_path: Path) -> None:
    """A second `speech` takes the place of the first; every other file stays as it is to the last byte."""
    encoder = exported(model=str(int8_folder), num_threads=1)
    tasks = {"speech": speech(hidden=8, threshold=0.75)}
    sharing = hard(reads={"speech": "mix"}, dim=encoder.dim, num_layers=encoder.num_layers)
    spec = pack(MultiTaskModel(encoder, sharing, tasks), tmp_path / "grown", About("grown", "2"))
    assert {path.name for path in (tmp_path / "grown").iterdir()} == FILES
    assert {task.name for task in spec.tasks} == {"transcribe", "speech", "language", "speaker"}
    assert spec.task("speech").decode["threshold"] == 0.75
    same = {name for name in FILES if (tmp_path / "grown" / name).read_bytes() == (int8_folder / name).read_bytes()}
    assert same == FILES - {"SHA256SUMS", "encoder.onnx", "speech.onnx"}
    assert ModelFolder(tmp_path / "grown").spec == spec
    for name in FILES - {CHECKSUMS}:
        ModelFolder(tmp_path / "grown").check(name)


@pytest.fixture
def no_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphs are empty files: these tests are about the folder."""
    for name in ("export_encoder", "export_head", "export_cross", "export_decoder", "add_vocabulary"):
        monkeypatch.setattr(f"allears.export.pack.{name}", _touch)
    monkeypatch.setattr("allears.export.network.quantize", _touch)
    monkeypatch.setattr("allears.export.pack.set_metadata", lambda *_: None)


def _touch(*args: Any, **_: Any) -> None:
    for arg in args:
        if isinstance(arg, Path):
            arg.touch()


def test_another_folder_is_never_overwritten(tiny_model: Any, tmp_path: Path, no_export: None) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match=r"not a model folder .* give another --out"):
        pack(tiny_model, tmp_path / "out", About("a", "1"))
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_an_older_model_is_replaced_as_a_whole_or_not_at_all(
    tiny_model: Any, tmp_path: Path, no_export: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / CHECKSUMS).write_text("old")
    (out / "old.onnx").touch()
    (out / "README.md").write_text("the card")

    def fail(*_: Any) -> None:
        raise RuntimeError("no space left")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("allears.export.pack.export_decoder", fail)
        pack(tiny_model, out, About("a", "1"))
    assert (out / CHECKSUMS).read_text() == "old"
    pack(tiny_model, out, About("a", "1"))
    assert {path.name for path in out.iterdir()} == {*FILES, "README.md"}
    assert (out / "README.md").read_text() == "the card"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_no_answer_is_not_exported(tiny_model: Any, tmp_path: Path, no_export: None) -> None:
    tasks = {"speech": replace(tiny_model.tasks["speech"], is_exported=False)}
    sharing = hard(reads={"speech": "mix"}, dim=64, num_layers=3)
    spec = pack(MultiTaskModel(tiny_model.encoder, sharing, tasks), tmp_path / "out", About("a", "1"))
    assert spec.tasks == ()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"SHA256SUMS", "encoder.onnx"}
