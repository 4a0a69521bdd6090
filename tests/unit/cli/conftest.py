"""A model folder without weights and a session that answers at once: the command is tested without a model."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from allears.cli import _session
from allears.spec import METADATA_KEY
from tests.unit.cli.fakes import SPEC, FakeSession


def _field(number: int, content: bytes) -> bytes:
    """One length-delimited field of a protocol buffer; lengths below 128 * 128."""
    size = len(content)
    return bytes([number << 3 | 2, *([size] if size < 128 else [size & 127 | 128, size >> 7])]) + content


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A folder that says what it can do, with files of 1000 bytes for its heads."""
    folder = tmp_path / "model"
    folder.mkdir()
    metadata = _field(1, METADATA_KEY.encode()) + _field(2, SPEC.to_json().encode())
    (folder / "encoder.onnx").write_bytes(_field(14, metadata))
    for task in SPEC.tasks:
        (folder / task.file).write_bytes(_field(7, bytes(997)))
    sums = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir()))
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


@pytest.fixture
def session(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    """The session every verb gets in this test."""
    fake = FakeSession(model_folder)

    def opened(args: argparse.Namespace) -> FakeSession:
        del args
        return fake

    monkeypatch.setattr(_session, "open_session", opened)
    return fake


@pytest.fixture
def audio_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes files (empty ones: the fake session does not look inside) and returns their folder."""

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / "audio" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "audio"

    return make
