"""Find a corpus in the folder that was given, or say what was looked for and what was found instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

__all__ = ["audio_files", "find_root", "roots", "wrong_folder"]

AUDIO = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
_SHOWN = 8  # entries of a wrong folder that the message names


def find_root(folder: Path, *wanted: str) -> Path:
    """The folder in which every pattern finds something: the one given, or the one such folder right inside it.

    Archives unpack into a folder of their own, so that both that folder and the one around it are what people give.

    Raises:
        ValueError: none, or several.
    """
    found = roots(folder, *wanted)
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:_SHOWN])
        raise ValueError(f"{len(found)} folders in {folder} hold {' and '.join(wanted)}: give one of them ({names})")
    return found[0]


def roots(folder: Path, *wanted: str) -> list[Path]:
    """Like `find_root`, all of them.

    Raises:
        ValueError: there is none.
    """
    if not folder.is_dir():
        raise ValueError(f"no folder {folder}: give the folder into which the corpus was unpacked")
    if _holds(folder, wanted):
        return [folder]
    inside = [path for path in sorted(folder.iterdir()) if path.is_dir() and _holds(path, wanted)]
    if not inside:
        raise wrong_folder(folder, wanted)
    return inside


def wrong_folder(folder: Path, wanted: Sequence[str]) -> ValueError:
    """The error for a folder that does not hold what was looked for."""
    names = [path.name + ("/" if path.is_dir() else "") for path in islice(sorted(folder.iterdir()), _SHOWN + 1)]
    found = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "") if names else "nothing"
    return ValueError(
        f"{folder} is not laid out as this corpus is: looked for {' and '.join(wanted)} there and one folder down, "
        f"found {found}. Give the folder into which the corpus was unpacked; `allears data prepare --list` has layouts"
    )


def audio_files(folder: Path, pattern: str) -> Iterator[Path]:
    """Audio files that match, by name; the `._x` files that macOS leaves in archives are none."""
    for path in sorted(folder.glob(pattern)):
        if path.suffix.lower() in AUDIO and not path.name.startswith("."):
            yield path


def _holds(folder: Path, wanted: Sequence[str]) -> bool:
    return all(next(folder.glob(pattern), None) is not None for pattern in wanted)
