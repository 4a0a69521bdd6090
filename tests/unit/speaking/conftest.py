"""One tiny voice for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.speaking.voice import Voice
from tests.unit.tiny_voice import write_tiny_voice


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_voice(tmp_path_factory.mktemp("voice") / "tiny")


@pytest.fixture(scope="session")
def voice(folder: Path) -> Voice:
    return Voice(folder, num_threads=1)
