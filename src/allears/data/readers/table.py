"""A table with a header: CSV or TSV, one clip a row.

Columns: `audio` or `file` (path, relative to the table's folder) is needed; `id`, `start_s`, `duration_s`, `split`,
`source` and `licence` are known; every other column is a label field of that name. An empty cell is a label that is not
known. Cells are text, unless the header says otherwise: `age:int`, `score:float`. Without `id` the audio path serves as
one.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allears.data.manifest import Clip
from allears.data.readers import READERS
from allears.data.readers.base import BadRow, GoodRow, Reader, Row

__all__ = ["TableReader", "csv_", "open_table"]

_DELIMITERS = ",;\t"
_TYPES: Mapping[str, Callable[[str], Any]] = {"int": int, "float": float, "str": str}
_PATHS = ("audio", "file")  # columns that may hold the path, the first of them does
_NUMBERS = ("start_s", "duration_s")


class TableReader:
    """See the module."""

    looks_like = "FILE.csv or FILE.tsv with a header and a column `audio` or `file`"

    def fits(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() in (".csv", ".tsv")

    def rows(self, path: Path) -> Iterator[Row]:
        with open_table(path) as lines:
            columns = lines.fieldnames or []
            try:
                types = _column_types(columns)
            except ValueError as error:
                yield BadRow(f"{path}:1", str(error))
                return
            for cells in lines:
                yield _row(cells, types, f"{path}:{lines.line_num}", path.parent)


@contextmanager
def open_table(path: Path) -> Iterator[csv.DictReader[str]]:
    """Rows of a table as mappings; a .tsv has tabs and no quotes, a .csv tells its delimiter by its header."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() == ".tsv":
            yield csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return
        header = file.readline()
        file.seek(0)
        yield csv.DictReader(file, delimiter=max(_DELIMITERS, key=header.count))


def _column_types(columns: Any) -> dict[str, tuple[str, Callable[[str], Any]]]:
    """Header -> field name and what makes its values.

    Raises:
        ValueError: no column `audio`, or a type that is not known.
    """
    path = next((name for name in _PATHS if name in columns), None)
    if path is None:
        raise ValueError(
            f"the header has no column `audio` or `file`, it has {', '.join(columns) or 'nothing'}: rename one"
        )
    types = {}
    for column in columns:
        name, _, kind = ("audio" if column == path else column).partition(":")
        if kind and kind not in _TYPES:
            raise ValueError(f"the column {column!r} asks for type {kind!r}: give one of {', '.join(_TYPES)}")
        types[column] = (name, _TYPES[kind or ("float" if name in _NUMBERS else "str")])
    return types


def _row(
    cells: Mapping[str | None, Any], types: Mapping[str, tuple[str, Callable[[str], Any]]], where: str, root: Path
) -> Row:
    if None in cells:
        return BadRow(where, f"more cells than the header has columns ({len(types)}): quote text that holds commas")
    data: dict[str, Any] = {}
    try:
        for column, (name, convert) in types.items():
            cell = (cells[column] or "").strip()
            if cell:
                data[name] = convert(cell)
        if "id" not in data and "audio" in data:
            data["id"] = data["audio"] + (f"@{data['start_s']:g}" if "start_s" in data else "")
        return GoodRow(where, Clip.from_row(data, root))
    except ValueError as error:
        return BadRow(where, str(error))


@READERS.register
def csv_() -> Reader:
    """A CSV or TSV table with a header."""
    return TableReader()
