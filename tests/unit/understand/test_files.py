from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import pytest

from allears.runtime.onnx_file import ModelError
from allears.understand.files import checked_file


def test_a_file_is_checked_against_its_sum(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'a').hexdigest()}  a\n")
    assert checked_file(tmp_path, "a") == tmp_path / "a"
    (tmp_path / "a").write_bytes(b"b")
    with pytest.raises(ModelError, match="damaged or was changed"):
        checked_file(tmp_path, "a")


def test_a_file_without_a_sum_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with caplog.at_level(logging.WARNING):
        checked_file(tmp_path, "a")
    assert "used unchecked" in caplog.text


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give the folder of a model of open language"):
        checked_file(tmp_path, "a")
