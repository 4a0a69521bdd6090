"""A model folder appears whole, keeps what people wrote, and never takes the place of something else."""

import hashlib
from pathlib import Path

import pytest

from allears.export.folder import CHECKSUMS, new_model_folder


def test_new_model_takes_the_old_ones_place_and_papers_stay(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "model"
    with new_model_folder(out) as made:
        (made / "old.onnx").write_bytes(b"1")
    (out / "README.md").write_text("card")
    (out / "LICENSE").write_text("MIT")
    with new_model_folder(out) as made:
        (made / "new.onnx").write_bytes(b"2")
        (made / "words.txt").write_text("a\n")
    assert sorted(path.name for path in out.iterdir()) == ["LICENSE", "README.md", CHECKSUMS, "new.onnx", "words.txt"]
    assert f"{hashlib.sha256(b'2').hexdigest()}  new.onnx" in (out / CHECKSUMS).read_text().splitlines()
    assert list(out.parent.iterdir()) == [out]


def test_a_failed_model_leaves_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "model"
    with new_model_folder(out) as made:
        (made / "a.onnx").write_bytes(b"1")
    with pytest.raises(RuntimeError, match="broke"), new_model_folder(out) as made:
        (made / "a.onnx").write_bytes(b"2")
        raise RuntimeError("broke")
    assert (out / "a.onnx").read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == [out]


def test_another_folder_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(ValueError, match="not a model folder"), new_model_folder(tmp_path):
        raise AssertionError("nothing is made")
    assert (tmp_path / "letters.txt").read_text() == "dear"
