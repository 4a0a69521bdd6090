"""Answers that cost minutes and never change, kept between runs: a peer's text or language of a clip. Never times.

In: a folder (or None: keep nothing) and a name that says which peer, version and options. Out: a dict on disk.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.run import write_json

__all__ = ["Cache"]

SAVE_EVERY = 100  # new answers between two writes; the rest is written when the script ends, however it ends


class Cache:
    """JSON answers by key in one file."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._path = None if folder is None else folder / f"{name}.json"
        exists = self._path is not None and self._path.exists()
        self._known: dict[str, Any] = json.loads(self._path.read_text()) if exists and self._path else {}
        self._unsaved = 0
        atexit.register(self.save)

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """The kept answer, or `make()`'s, which is then kept."""
        if key not in self._known:
            self._known[key] = make()
            self._unsaved += 1
            if self._unsaved >= SAVE_EVERY:
                self.save()
        return self._known[key]

    def save(self) -> None:
        """Write what is new."""
        if self._path is not None and self._unsaved:
            write_json(self._known, self._path)
            self._unsaved = 0
