"""What every reader gives: rows, good or bad, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from allears.data.manifest import Clip

__all__ = ["BadRow", "GoodRow", "Reader", "Row"]


@dataclass(frozen=True)
class GoodRow:
    """A clip and where it came from: `file:line`, or the file."""

    where: str
    clip: Clip


@dataclass(frozen=True)
class BadRow:
    """Where a row cannot be read, and why."""

    where: str
    why: str


Row = GoodRow | BadRow


class Reader(Protocol):
    """The contract of the `readers` plug-in folder; a builder takes no arguments."""

    looks_like: str
    """What the reader takes, for messages: `a folder of ...`."""

    def fits(self, path: Path) -> bool:
        """Whether the file or folder looks like this reader's, by its names alone (and a first line)."""
        ...

    def rows(self, path: Path) -> Iterator[Row]:
        """Every row. Label values that are not known have no key."""
        ...
