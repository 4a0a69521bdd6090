"""What `allears hear` can write: one file a format, found by looking into this folder and at `allears.formats`."""

from __future__ import annotations

from allears.formats.base import Format
from allears.plugins import Registry

__all__ = ["FORMATS", "Format"]

FORMATS: Registry[Format] = Registry("format", __name__, entry_points="allears.formats")
