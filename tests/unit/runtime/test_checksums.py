"""Sums are read as sha256sum writes them; a changed file is an error that says what to do."""

import hashlib
import logging
from pathlib import Path

import pytest

from allears.runtime.checksums import SUMS, check_sum, read_sums
from allears.runtime.onnx_file import ModelError


def test_lines_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / SUMS).write_text("AB  one.onnx\ncd *two.txt\n\nef  ./three words.txt\n")
    assert read_sums(tmp_path) == {"one.onnx": "ab", "two.txt": "cd", "three words.txt": "ef"}
    assert read_sums(tmp_path / "none") == {}


def test_changed_and_unlisted_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"weights")
    right = {"a.onnx": hashlib.sha256(b"weights").hexdigest()}
    check_sum(path, right, "fetch it again")
    path.write_bytes(b"weightz")
    with pytest.raises(ModelError, match=r"a\.onnx is damaged or was changed.*fetch it again"):
        check_sum(path, right, "fetch it again")
    with caplog.at_level(logging.WARNING):
        check_sum(path, {}, "fetch it again")
    assert "does not list a.onnx" in caplog.text
