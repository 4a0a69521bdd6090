"""What a user leaves with allears: voices, keywords, words, corrections, adapters; one folder a kind, one file a name.

In: a kind of data, a name. Out: the folder, a file name that any name has, a file that is written whole or not at all
and that its owner alone can read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

__all__ = ["file_name", "one_at_a_time", "private_file", "user_folder", "user_home"]

_MAX_FILE_NAME = 120  # characters; longer names are shortened and told apart by a digest


def user_home() -> Path:
    """The one folder of all kinds: `$ALLEARS_HOME`, or `allears` where programs keep data of the user."""
    if given := os.environ.get("ALLEARS_HOME"):
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "allears"


def user_folder(kind: str) -> Path:
    """Of `voices`: `$ALLEARS_VOICES`, or `voices` in the user's one folder."""
    given = os.environ.get(f"ALLEARS_{kind.upper()}")
    return Path(given) if given else user_home() / kind


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
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Keeps other processes out that read a file of the folder to write it anew; it leaves no file behind.

    On Windows, which cannot lock a folder, nobody is kept out: of two changes of one file the later one stays.

    Raises:
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
