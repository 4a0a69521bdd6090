"""Where workers write down what they began to hear."""

from __future__ import annotations

import pytest

from tests.unit.archive.fakes import LOG


@pytest.fixture(autouse=True)
def log_of_workers(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(LOG, str(tmp_path / "log.txt"))
