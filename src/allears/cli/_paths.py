"""The files a user means: names, folders and glob patterns (quoted ones too) become a list of audio files."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["AUDIO_SUFFIXES", "STDIN", "Inputs", "find_inputs"]

STDIN = "-"
AUDIO_SUFFIXES = frozenset(
    ".wav .flac .ogg .oga .opus .mp3 .aif .aiff .aifc .au .snd .caf .w64 .rf64 .sph .nist .voc"  # libsndfile
    " .m4a .aac .mp4 .m4v .mov .webm .mkv .wma .amr .3gp".split()  # the `av` extra
)
"""What is taken from a folder. A file that is named is taken whatever its suffix."""


@dataclass(frozen=True)
class Inputs:
    """What was found.

    Attributes:
        files: each once, in the order given; those of a folder or a pattern by name.
        problems: what was given and gave nothing -> why.
    """

    files: tuple[str, ...]
    problems: dict[str, str]


def find_inputs(given: Iterable[str], *, is_recursive: bool = False) -> Inputs:
    """The audio files that `given` stands for. A name that exists is never read as a pattern."""
    files: dict[str, str] = {}  # real path -> as given
    problems: dict[str, str] = {}
    for name in given:
        found = _expand(name, is_recursive)
        if isinstance(found, str):
            problems[name] = found
            continue
        for file in found:
            files.setdefault(file if file == STDIN else os.path.realpath(file), file)
    return Inputs(tuple(files.values()), problems)


def _expand(name: str, is_recursive: bool) -> list[str] | str:
    """The files of one argument, or why there are none."""
    if name == STDIN:
        return [name]
    path = Path(name)
    if path.is_dir():
        return _of_folder(path, is_recursive)
    if path.exists() or not glob.has_magic(name):
        return [name]  # a missing file is reported when it is opened
    matches = sorted(match for match in glob.glob(name, recursive=True) if not os.path.isdir(match))
    return matches or "no file matches this pattern: check it, or name the files"


def _of_folder(folder: Path, is_recursive: bool) -> list[str] | str:
    walk = folder.rglob("*") if is_recursive else folder.iterdir()
    files = sorted(str(path) for path in walk if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file())
    if files:
        return files
    hint = "" if is_recursive else ", or add --recursive to look into its subfolders"
    return f"no audio file in this folder: name the files{hint}"
