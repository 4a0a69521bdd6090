"""The user's folders and the sound devices, for `allears doctor`.

In: nothing. Out: where everything is kept, whether it can be written and by whom it can be read; what can be listened
with.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.personal import folder

__all__ = ["KINDS", "Place", "microphones", "places"]

KINDS = (*folder.KINDS, "tls")
"""What a user may leave with allears; each has a folder and a variable of its own."""


@dataclass(frozen=True)
class Place:
    """A folder of the user's.

    Attributes:
        kind: of data.
        path: of it.
        num_files: in it; None if it is not there yet.
        can_write: whether it, or the folder it would be made in, can be written.
        is_open: whether others on this machine may read it.
    """

    kind: str
    path: Path
    num_files: int | None
    can_write: bool
    is_open: bool


def places() -> list[Place]:
    """The folder of each kind."""
    return [_place(kind) for kind in KINDS]


def _place(kind: str) -> Place:
    from allears.user_data import user_folder

    path = user_folder(kind)
    near = next(one for one in (path, *path.absolute().parents) if one.exists())
    num_files = sum(1 for file in path.iterdir() if file.is_file()) if path.is_dir() else None
    others = stat.S_IROTH | stat.S_IXOTH
    is_open = path.is_dir() and sys.platform != "win32" and path.stat().st_mode & others == others
    return Place(kind, path, num_files, os.access(near, os.W_OK), is_open and _has_open_file(path))


def _has_open_file(path: Path) -> bool:
    return any(file.is_file() and file.stat().st_mode & stat.S_IROTH for file in path.iterdir())


def microphones() -> str:
    """The microphones there are, in one line; or what is missing to know them."""
    try:
        import sounddevice
    except ModuleNotFoundError:
        return "not looked for; to have them: pip install 'allears[mic]'"
    except OSError:
        return "not looked for: PortAudio is missing (sudo apt install libportaudio2)"
    try:
        devices: Any = sounddevice.query_devices()
    except sounddevice.PortAudioError as error:
        return f"none that can be asked ({error})"
    names = [f"{number} {one['name']}" for number, one in enumerate(devices) if one["max_input_channels"] > 0]
    return "; ".join(names) or "none"
