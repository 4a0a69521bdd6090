"""The metadata of an ONNX file is read without its weights."""

from pathlib import Path

import pytest

from allears.runtime.onnx_file import ModelError, graph_digest, open_onnx, read_metadata
from allears.spec import METADATA_KEY, ModelSpec


def test_metadata_is_what_onnxruntime_reads(fake_model: Path) -> None:
    path = fake_model / "encoder.onnx"
    metadata = read_metadata(path)
    assert metadata == open_onnx(path, 1).get_modelmeta().custom_metadata_map
    assert ModelSpec.from_json(metadata[METADATA_KEY]).name == "fake"


def test_a_file_without_metadata_has_none(fake_model: Path) -> None:
    assert read_metadata(fake_model / "speech.onnx") == {}


@pytest.mark.parametrize("kept", [0.2, 0.9, 0.999])
def test_a_cut_off_file_is_told(own_model: Path, kept: float) -> None:
    path = own_model / "encoder.onnx"
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    for read in (read_metadata, graph_digest):
        with pytest.raises(ModelError, match=r"encoder\.onnx is not an ONNX file, or damaged"):
            read(path)


@pytest.mark.parametrize("content", [b"\xff" * 40, b"hello, this is a text and no model at all", b"\x07\x00"])
def test_other_files_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not an ONNX file"):
        read_metadata(path)


def test_a_pointer_of_git_lfs_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(ModelError, match="run git lfs pull"):
        read_metadata(path)
