"""A session for workers: it answers at once, and what files are called tells what happens."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from allears.archive.hearer import SessionOptions
from allears.archive.items import Item
from allears.audio import AudioError
from allears.runtime.result import Result
from tests.unit.cli.fakes import heard

LOG = "ALLEARS_TEST_LOG"


class FakeSession:
    """`bad` cannot be heard; `killer` kills the process, `once` only the first time; `slow` takes a while."""

    def __init__(self, options: SessionOptions) -> None:
        self.options = options

    def load(self) -> None:
        pass

    def hear(self, source: Any, *, language: str | None) -> Result:
        name = Path(source).name if isinstance(source, str) else f"{len(source)} samples"
        handle = os.open(os.environ[LOG], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{name}\n".encode())
        os.close(handle)
        if name.startswith("bad"):
            raise AudioError(f"{name} cannot be read:\nit is no audio")
        if name.startswith("killer") or (name.startswith("once") and _log().count(name) == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("slow"):
            time.sleep(0.1)
        return heard(name, duration_s=2.0)


def open_fake(options: SessionOptions) -> Any:
    """Opens it."""
    return FakeSession(options)


def items_called(*names: str) -> list[Item]:
    """Items of files that need not be there."""
    return [Item(name, f"/none/{name}") for name in names]


def _log() -> list[str]:
    path = Path(os.environ[LOG])
    return path.read_text().split() if path.exists() else []


def times_heard() -> dict[str, int]:
    """Name -> how often a worker began to hear it."""
    names = _log()
    return {name: names.count(name) for name in names}
