"""A folder of music: files by the words of their names, and playlists.

In: a query, a name. Out: paths. A file fits if every word of the query is in its path below the folder, so that
`Artist/Album/01 Title.flac` is found by any of the three. A playlist is `NAME.m3u` or `.m3u8` anywhere below it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from allears.texts import plain_words

__all__ = ["MusicFolder"]

log = logging.getLogger(__name__)

_SOUNDS = frozenset((".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"))
_LISTS = (".m3u", ".m3u8")
_MOST = 500  # files at once


class MusicFolder:
    """See the module.

    Args:
        path: of the folder; looked at anew each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def search(self, query: str) -> list[Path]:
        """Files that fit a query, in order of their names; all if it has no words."""
        words = set(plain_words(query).split())
        found = (file for file in sorted(self._path.rglob("*")) if file.suffix.lower() in _SOUNDS)
        return [file for file in found if words <= self._words(file)][:_MOST]

    def play_list(self, name: str) -> list[Path]:
        """Files of somebody's playlist that are there; none if there is no such list."""
        lists = (file for file in sorted(self._path.rglob("*")) if file.suffix.lower() in _LISTS)
        chosen = next((file for file in lists if file.stem.casefold() == name.casefold()), None)
        if chosen is None:
            return []
        lines = chosen.read_text(encoding="utf-8", errors="replace").splitlines()
        named = [chosen.parent / line.strip() for line in lines if line.strip() and not line.startswith("#")]
        there = [file for file in named if file.is_file()]
        if len(there) < len(named):
            log.warning(
                "%s: %d of %d files are not there and are not played", chosen, len(named) - len(there), len(named)
            )
        return there

    def _words(self, file: Path) -> set[str]:
        return set(plain_words(str(file.relative_to(self._path).with_suffix(""))).split())
