"""A user's folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.personal import KINDS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in KINDS:
        monkeypatch.delenv(f"ALLEARS_{kind.upper()}", raising=False)
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
