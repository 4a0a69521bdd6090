"""What a user leaves with allears, voices and keywords: one folder a kind, one file a name, readable by the user alone.

In: a kind of data, a name. Out: the folder, a file name that any name has, a file that is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

__all__ = ["file_name", "private_file", "user_folder"]

_MAX_FILE_NAME = 120  # characters; longer names are shortened and told apart by a digest


def user_folder(kind: str) -> Path:
    """Of `voices`: `$ALLEARS_VOICES`, or `allears/voices` where programs keep data of the user."""
    if given := os.environ.get(f"ALLEARS_{kind.upper()}"):
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "allears" / kind


def file_name(name: str, suffix: str) -> str:
    """A file name for any name, the same for `Ann` and `ann`."""
    key = name.strip().casefold()
    safe = quote(key, safe=" ")
    if len(safe) > _MAX_FILE_NAME or safe.startswith("."):
        safe = safe[:40].lstrip(".") + "-" + hashlib.sha256(key.encode()).hexdigest()[:16]
    return safe + suffix


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of `path` when it is whole; its folder is made if it is not there.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
