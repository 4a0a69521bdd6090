"""Sound as a file, in the format its ending names; whole or not there.

In: a path, samples. Out: a file; an error that names the option to change.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

__all__ = ["ENDINGS", "check_ending", "write_sound"]

_FORMATS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
    ".ogg": ("OGG", "VORBIS"),
    ".opus": ("OGG", "OPUS"),
}
ENDINGS = tuple(_FORMATS)
"""Endings that libsndfile writes; AAC it does not."""


def check_ending(path: Path, option: str) -> None:
    """Say before any work that a file cannot be written.

    Raises:
        ValueError: another ending, or a folder that is not there.
    """
    if path.suffix.lower() not in _FORMATS:
        raise ValueError(f"{option} must end in {', '.join(ENDINGS)}, got {path.name!r}: rename it")
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError(
            f"{option} {path} cannot be written: its folder is not there, or it is a folder; choose another"
        )


def write_sound(path: Path, samples: np.ndarray, sample_rate: int, option: str) -> None:
    """Write (S,) float32, by the ending.

    Raises:
        ValueError: it cannot be written.
    """
    import soundfile

    container, subtype = _FORMATS[path.suffix.lower()]
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}-")
        with os.fdopen(handle, "wb") as file:
            soundfile.write(file, np.clip(samples, -1.0, 1.0), sample_rate, subtype=subtype, format=container)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException as error:
        if part:
            os.unlink(part)
        if isinstance(error, OSError | soundfile.SoundFileError):
            raise ValueError(f"cannot write {path} ({error}): choose another place with {option}") from error
        raise
