"""allears' own manifest: one JSON object a line (see `allears.data.manifest`), or a folder with a `manifest.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row
from allears.data.readers.nemo import is_nemo

__all__ = ["ManifestReader", "manifest"]

_FILE = "manifest.jsonl"


class ManifestReader:
    """See the module."""

    looks_like = f"FILE.jsonl with `id` and `audio` in each line, or a folder with {_FILE}"

    def fits(self, path: Path) -> bool:
        if path.is_dir():
            return (path / _FILE).is_file()
        return path.suffix == ".jsonl" and "cuts" not in path.stem and not is_nemo(path)

    def rows(self, path: Path) -> Iterator[Row]:
        file_path = path / _FILE if path.is_dir() else path
        with open(file_path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(line, f"{file_path}:{number}", file_path.parent)


def _row(line: str, where: str, root: Path) -> Row:
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise ValueError("it is not a JSON object")
        return GoodRow(where, Clip.from_row(data, root))
    except ValueError as error:
        return BadRow(where, str(error))


@READERS.register
def manifest() -> Reader:
    """allears' JSONL manifest."""
    return ManifestReader()
