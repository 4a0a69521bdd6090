"""Hugging Face's `audiofolder`: metadata.csv or metadata.jsonl with `file_name`, in the folder or in one a split.

`transcription`, `transcript` and `sentence` are `text`; every other column is a label field. A folder called train,
validation or test gives the split. Without an `id` the path, relative to the top folder, serves as one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["AudiofolderReader", "audiofolder"]

_TABLES = ("metadata.csv", "metadata.jsonl")
_SPLITS = {"train": "train", "dev": "dev", "valid": "dev", "validation": "dev", "test": "test"}
_TEXTS = ("transcription", "transcript", "sentence")


class AudiofolderReader:
    """See the module."""

    looks_like = "a folder with metadata.csv or metadata.jsonl with `file_name`, of Hugging Face"

    def fits(self, path: Path) -> bool:
        return path.is_dir() and bool(_tables(path))

    def rows(self, path: Path) -> Iterator[Row]:
        for table in _tables(path):
            split = _SPLITS.get(table.parent.name) if table.parent != path else None
            with open(table, encoding="utf-8-sig", newline="") as file:
                if table.suffix == ".csv":
                    lines = csv.DictReader(file)
                    for cells in lines:
                        yield _row(dict(cells), split, f"{table}:{lines.line_num}", table.parent, path)
                else:
                    for number, line in enumerate(file, start=1):
                        yield _json_row(line, split, f"{table}:{number}", table.parent, path)


def _tables(path: Path) -> list[Path]:
    """metadata files whose first line names `file_name`, in the folder, else in folders of splits."""
    folders = [path, *(path / name for name in _SPLITS)]
    found = [folder / name for folder in folders for name in _TABLES if (folder / name).is_file()]
    return [table for table in found if "file_name" in _first_line(table)]


def _first_line(table: Path) -> str:
    with open(table, encoding="utf-8-sig", errors="replace") as file:
        return file.readline(100_000)


def _json_row(line: str, split: str | None, where: str, folder: Path, top: Path) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        return BadRow(where, str(error))
    return _row(data, split, where, folder, top) if isinstance(data, dict) else BadRow(where, "it is not a JSON object")


def _row(data: dict[Any, Any], split: str | None, where: str, folder: Path, top: Path) -> Row:
    if None in data:
        return BadRow(where, "more cells than the header has columns: quote text that holds commas")
    name = data.pop("file_name", None)
    if not isinstance(name, str) or not name:
        return BadRow(where, f"`file_name` is {name!r}: give the path of an audio file, relative to {folder}")
    row = {key: value for key, value in data.items() if value not in (None, "")}
    for key in _TEXTS:
        if key in row:
            row.setdefault("text", row.pop(key))
    row["audio"] = str((folder / name).relative_to(top))
    row.setdefault("id", row["audio"])
    if split:
        row.setdefault("split", split)
    try:
        return GoodRow(where, Clip.from_row(row, top))
    except ValueError as error:
        return BadRow(where, str(error))


@READERS.register
def audiofolder() -> Reader:
    """Hugging Face's audiofolder."""
    return AudiofolderReader()
