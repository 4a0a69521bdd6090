"""Neither the port nor archives ever import torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("fastapi", reason="the extra `server` is not installed")


def test_nothing_here_imports_torch() -> None:
    modules = ("wyoming.service", "wyoming.alone", "wyoming.mdns", "archive.run", "archive.engines.local")
    code = f"import importlib, sys\nfor m in {modules!r}: importlib.import_module('allears.' + m)\n"
    code += "print([n for n in ('torch', 'lhotse', 'transformers', 'ray', 'sklearn') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
