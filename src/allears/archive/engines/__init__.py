"""Where the workers of an archive are: one file an engine, found by looking into this folder and at
`allears.archive_engines`."""

from __future__ import annotations

from allears.archive.work import Engine
from allears.plugins import Registry

__all__ = ["ENGINES"]

ENGINES: Registry[Engine] = Registry("archive engine", __name__, entry_points="allears.archive_engines")
