"""What is to be heard: a clip, with a key that names what is made of it.

In: a manifest (`data/manifest.py`), or files. Out: items, each key once. The key is made of the clip's name, start and
length, so an archive may be moved, and its clips may come in another order, and what was heard is still known.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from allears.data.manifest import read_manifest

__all__ = ["Item", "items_of_files", "items_of_manifest"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """A clip to be heard.

    Attributes:
        id: its name in the archive.
        audio: path of its file.
        start_s: where it begins in the file, seconds.
        duration_s: its length, seconds; None for the rest of the file.
    """

    id: str
    audio: str
    start_s: float = 0.0
    duration_s: float | None = None

    @cached_property
    def key(self) -> str:
        """A file name of its own."""
        text = json.dumps([self.id, self.start_s, self.duration_s])
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def items_of_manifest(path: str | Path) -> list[Item]:
    """The clips of a manifest.

    Raises:
        ValueError: a line that cannot be read.
        OSError: the file cannot.
    """
    return _each_once(
        Item(clip.id, str(clip.audio.absolute()), clip.start_s, clip.duration_s) for clip in read_manifest(path)
    )


def items_of_files(files: Sequence[str]) -> list[Item]:
    """Whole files, named by their path below the folder they share."""
    whole = [os.path.abspath(file) for file in files]
    shared = os.path.commonpath([os.path.dirname(file) for file in whole]) if whole else ""
    return _each_once(Item(Path(os.path.relpath(file, shared)).as_posix(), file) for file in whole)


def _each_once(items: Iterable[Item]) -> list[Item]:
    found: dict[str, Item] = {}
    num_given = 0
    for item in items:
        num_given += 1
        found.setdefault(item.key, item)
    if num_given > len(found):
        log.warning("%d clips are given more than once and are heard once", num_given - len(found))
    return list(found.values())
