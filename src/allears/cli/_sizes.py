"""How big a model is: its folder, and the part of it that some tasks need; and whether its files are intact."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.runtime.onnx_file import ModelError

__all__ = ["damaged_files", "folder_bytes", "megabytes", "needed_bytes"]


def folder_bytes(folder: Path) -> int:
    """Bytes of all files in the folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def needed_bytes(folder: ModelFolder, tasks: Iterable[str]) -> int:
    """Bytes of the files that these tasks read, the encoder's among them."""
    wanted = set(tasks)
    heads = (name for task in folder.spec.tasks if task.name in wanted for name in folder.files_of(task))
    paths = (folder.path / name for name in {ENCODER, *heads})
    return sum(path.stat().st_size for path in paths if path.is_file())


def damaged_files(folder: ModelFolder) -> dict[str, str]:
    """File -> what is wrong with it, for those that are missing or not what was exported."""
    found = {}
    for name in folder.sums:
        try:
            folder.check(name)
        except ModelError as error:
            found[name] = str(error)
    return found


def megabytes(num_bytes: int) -> str:
    """`81.2 MB`, a million bytes each."""
    return f"{num_bytes / 1e6:.1f} MB"
