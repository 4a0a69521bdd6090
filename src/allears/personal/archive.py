"""All of a user's data in one zip that can be read again, on this machine or another.

In: the files of `folder.py`. Out: a zip with a folder a kind, and `allears.json` with the sha256 of each file. A zip is
checked as a whole before anything of it is written.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path, PurePosixPath

from allears.personal.folder import KINDS, OwnFile, own_files
from allears.user_data import private_file, user_folder

__all__ = ["export_data", "import_data"]

_CONTENTS = "allears.json"
_VERSION = 1
_MOST_BYTES = 1 << 30  # of one file when unpacked; an adapter has some millions


def export_data(path: Path) -> tuple[OwnFile, ...]:
    """Write the zip, whole or not at all, readable by its owner alone. Returns what is in it.

    Raises:
        ValueError: there is nothing, or the file's name does not end in .zip.
        OSError: it cannot be written.
    """
    if path.suffix != ".zip":
        raise ValueError(f"an export is a file ending in .zip, got {path}: call it {path.name}.zip")
    files = tuple(file for file in own_files() if not file.name.endswith(".partial"))
    if not files:
        raise ValueError(
            "there is nothing to export: no voice, keyword, word, correction, adapter or list of the assistant is kept"
        )
    sums: dict[str, str] = {}
    with private_file(path) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            data = file.path.read_bytes()
            sums[f"{file.kind}/{file.name}"] = hashlib.sha256(data).hexdigest()
            archive.writestr(f"{file.kind}/{file.name}", data)
        archive.writestr(_CONTENTS, json.dumps({"version": _VERSION, "sha256": sums}, ensure_ascii=False, indent=1))
    return files


def import_data(path: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Write an export's files to the user's folders. Returns those written; files that are there already stay as is.

    Args:
        path: of the zip.
        replace: write over files that are others here.

    Raises:
        ValueError: it is no export, or is damaged; files that are others here. Nothing is written then.
        OSError: it cannot be read, or a folder cannot be written.
    """
    found = _read(path)
    new = {at: data for at, data in found.items() if not at.is_file() or at.read_bytes() != data}
    others = [at for at in new if at.exists()]
    if others and not replace:
        names = ", ".join(f"{at.parent.name}/{at.name}" for at in others[:5]) + ("..." if len(others) > 5 else "")
        raise ValueError(
            f"{len(others)} files of {path} are there already and are others: {names}; nothing was imported. Say "
            "--replace to take those of the export, or erase or export yours first"
        )
    for at, data in new.items():
        with private_file(at) as file:
            file.write(data)
    return tuple(new)


def _read(path: Path) -> dict[Path, bytes]:
    """Where each file belongs -> its bytes.

    Raises:
        ValueError: it is no export, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_CONTENTS))
            if about["version"] != _VERSION:
                raise ValueError(f"{path} is an export of version {about['version']}, this allears reads {_VERSION}")
            return {_place(name): _checked(archive, name, str(digest)) for name, digest in about["sha256"].items()}
    except (zipfile.BadZipFile, KeyError, TypeError, AttributeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no export of allears ({error!r}): give a file of `allears me export`") from error


def _checked(archive: zipfile.ZipFile, name: str, digest: str) -> bytes:
    size = archive.getinfo(name).file_size
    if size > _MOST_BYTES:
        raise ValueError(f"{name} in {archive.filename} has {size} bytes: that is none of the files allears keeps")
    data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"{name} in {archive.filename} is damaged (its sha256 is another): export it again")
    return data


def _place(name: str) -> Path:
    """Where a file of the zip belongs: in the folder of its kind, and nowhere else."""
    parts = PurePosixPath(name).parts
    is_plain = len(parts) == 2 and parts[0] in KINDS and "\\" not in name and not parts[1].startswith(".")
    if not is_plain or not parts[1].endswith(KINDS[parts[0]]):
        raise ValueError(f"{name!r} in the export is no file that allears keeps: nothing was imported")
    return user_folder(parts[0]) / parts[1]
