"""Where results go: a name for each input that no other input gets, a folder that can be written, whole files only."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

__all__ = ["output_stems", "prepare_folder", "write_atomic"]

_STDIN_STEM = "stdin"


def output_stems(files: Sequence[str]) -> dict[str, str]:
    """Input file -> name of its output without suffix.

    `talk.wav` gives `talk`. Where that would be taken twice (`a.wav` and `a.mp3`), the suffix stays: `a.wav`, `a.mp3`.
    Where that is not enough (`x/a.wav` and `y/a.wav`), the folders are put before it: `x-a.wav`, `y-a.wav`; then their
    folders, and so on. Letters' case does not tell names apart, since not every file system does.
    """
    stems = {file: _named(file, 0) for file in files}
    depth = 0
    while clashing := _clashing(stems):
        depth += 1
        if depth > max(len(Path(file).absolute().parts) for file in clashing) + 1:
            return stems | {file: f"{stems[file]}-{number}" for number, file in enumerate(clashing, start=1)}
        stems |= {file: _named(file, depth) for file in clashing}
    return stems


def _named(file: str, depth: int) -> str:
    """Name at a depth: 0 the stem, 1 the whole name, n the name with n - 1 folders before it."""
    path = Path(_STDIN_STEM if file == "-" else file)
    if depth == 0:
        return path.stem or path.name
    parts = [part.strip(os.sep + ":") for part in path.absolute().parts]
    return "-".join(part for part in parts[-depth:] if part)


def _clashing(stems: dict[str, str]) -> list[str]:
    counts = Counter(stem.casefold() for stem in stems.values())
    return [file for file, stem in stems.items() if counts[stem.casefold()] > 1]


def prepare_folder(folder: Path) -> None:
    """Make the folder if need be and prove that a file can be written there, before any work is done.

    Raises:
        ValueError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"cannot write into the output folder {str(folder)!r} ({error.strerror or error}): "
            "choose another with -o, or change its permissions; nothing was heard yet"
        ) from error


def write_atomic(path: Path, text: str, *, is_private: bool = False) -> None:
    """Write a text file so that it is either whole or not there (a temporary file beside it, then a rename).

    A private one can be read by the user alone.
    """
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if not is_private:
            os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def _umask() -> int:
    """The process's umask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
