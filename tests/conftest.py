"""Fixed seeds for every test: the same numbers in the same order, whichever tests run."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

# before torch is there: the networks of tests are so small that threads cost more than they give, ten times where the
# machine does other things, too
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

OF_A_USER = {f"ALLEARS_{kind}" for kind in ("VOICES", "KEYWORDS", "WORDS", "CORRECTIONS", "ADAPTERS", "UNDERSTAND")}


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:  # a test that does not need torch must not wait for it
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what whoever runs it keeps: voices, words, keywords."""
    for name in [name for name in os.environ if name in OF_A_USER]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path_factory.getbasetemp() / "nobody"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of the test's own."""
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
