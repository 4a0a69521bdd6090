"""From model folder to model folder: the files that change are written anew, all others are taken over.

In: a model folder and what to do with which of its files. Out: a folder, whole or not there, with its sums and spec.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from allears.export.folder import new_model_folder
from allears.export.onnx_files import set_metadata
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.spec import METADATA_KEY, ModelSpec

__all__ = ["Rewrite", "copy_files", "folder_bytes", "needed_files", "publish", "rewrite_folder"]

Rewrite = Callable[[Path, Path], None]
"""(file, new file): writes the new one."""


def rewrite_folder(
    model: ModelFolder, out: Path, changes: Mapping[str, Rewrite], *, spec: ModelSpec | None = None
) -> None:
    """Write `out`: the files named in `changes` rewritten, the others as they are.

    Args:
        model: where files come from.
        out: model folder to write.
        changes: file name -> what writes it.
        spec: of the new folder; that of `model` if None. Files that none of its tasks has are left out.
    """
    kept = model.spec if spec is None else spec
    with new_model_folder(out) as made:
        names = needed_files(model, kept)
        copy_files(model, made, [name for name in names if name not in changes])
        for name in names:
            if name in changes:
                changes[name](model.path / name, made / name)
        if spec is not None or ENCODER in changes:
            _own_file(made / ENCODER)
            set_metadata(made / ENCODER, {METADATA_KEY: kept.to_json()})


def publish(model: ModelFolder, out: Path) -> None:
    """Copy a model folder to where it stays: no file of it shares its bytes with another folder."""
    with new_model_folder(out) as made:
        for name in needed_files(model, model.spec):
            shutil.copy(model.path / name, made / name)


def needed_files(model: ModelFolder, spec: ModelSpec) -> tuple[str, ...]:
    """The encoder and every file of the spec's tasks."""
    return tuple(dict.fromkeys([ENCODER, *(name for task in spec.tasks for name in model.files_of(task) if name)]))


def copy_files(model: ModelFolder, made: Path, names: Iterable[str]) -> None:
    """Take files over; without copying a byte where the file system can (none is ever changed in place)."""
    for name in names:
        try:
            os.link((model.path / name).resolve(), made / name)
        except OSError:
            shutil.copy(model.path / name, made / name)


def _own_file(path: Path) -> None:
    """A file that shares its bytes with no other, before something is written into it."""
    partial = path.with_name(path.name + ".partial")
    shutil.copy(path, partial)
    os.replace(partial, path)


def folder_bytes(folder: Path) -> int:
    """Bytes of what a model folder is made of: networks and vocabulary."""
    return sum((folder / name).stat().st_size for name in needed_files(ModelFolder(folder), ModelFolder(folder).spec))
