"""All that a user leaves with allears: which files these are, and how they are erased.

In: the user's folders (`user_data.py`). Out: a list of files; after erasing, none. Only files that allears writes are
listed and erased, since a variable such as `ALLEARS_VOICES` may name a folder with other things in it; those are told.
Erasing goes file by file: stopped half-way, what is left is still where `list` finds it, and erasing again ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from allears.user_data import user_folder, user_home

__all__ = ["KINDS", "OwnFile", "erase", "foreign_files", "own_files"]

KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "voices": (".json",),
        "keywords": (".npz",),
        "words": (".json",),
        "corrections": (".json", ".flac"),
        "adapters": (".npz",),
        "assistant": (".sqlite",),  # lists, timers, cities; its settings are written by people
    }
)
"""Kind of data -> suffixes of its files."""

_PARTIAL = ".partial"  # what a write that was killed left behind


@dataclass(frozen=True)
class OwnFile:
    """A file of the user's. `name`: in its folder."""

    kind: str
    name: str
    path: Path
    num_bytes: int


def own_files() -> tuple[OwnFile, ...]:
    """All of them, kind by kind, in order of their names; also what a killed write left behind."""
    return tuple(
        OwnFile(kind, path.name, path, path.lstat().st_size) for kind in KINDS for path in _entries(kind, is_own=True)
    )


def foreign_files() -> tuple[Path, ...]:
    """What lies in the user's folders and is not of allears."""
    return tuple(path for kind in KINDS for path in _entries(kind, is_own=False))


def erase(files: tuple[OwnFile, ...]) -> tuple[Path, ...]:
    """Delete files, and the folders that are empty then. Returns what is left in the folders, which is not of allears.

    Raises:
        OSError: a file cannot be deleted; those before it are.
    """
    for file in files:
        file.path.unlink(missing_ok=True)
    for folder in (*(user_folder(kind) for kind in KINDS), user_home()):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()
    return foreign_files()


def _entries(kind: str, *, is_own: bool) -> list[Path]:
    folder = user_folder(kind)
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if _is_own(kind, path) == is_own]


def _is_own(kind: str, path: Path) -> bool:
    name = path.name
    is_known = name.endswith(KINDS[kind]) or (name.endswith(_PARTIAL) and any(s + "." in name for s in KINDS[kind]))
    return is_known and (path.is_symlink() or path.is_file())
