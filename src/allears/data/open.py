"""Open a corpus of any known layout: a manifest, a table, cuts, a folder.

In: a path. Out: `Clip`s (the first broken row is an error), or all rows, broken ones too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from allears.data.manifest import Clip
from allears.data.readers import READERS, BadRow, Row

__all__ = ["find_reader", "open_clips", "open_rows"]

AUTO = "auto"


def find_reader(path: str | Path) -> str:
    """Name of the reader that the file or folder looks right to.

    Raises:
        ValueError: nothing is at the path, or no reader takes it, or more than one; the message says what is taken.
    """
    path = Path(path)
    if not path.exists():
        raise ValueError(f"nothing at {path}: check the name and the working folder ({Path.cwd()})")
    fitting = [name for name in READERS if READERS[name]().fits(path)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueError(f"{path} could be {' or '.join(fitting)}: say which with reader=NAME (--reader NAME)")
    known = "\n".join(f"  {name}: {READERS[name]().looks_like}" for name in READERS)
    raise ValueError(f"{path} is no corpus that allears knows. It takes\n{known}")


def open_rows(path: str | Path, *, reader: str = AUTO) -> Iterator[Row]:
    """Every row, the broken ones too.

    Raises:
        ValueError: as `find_reader`, or no reader of that name.
    """
    path = Path(path)
    found = find_reader(path) if reader == AUTO else reader
    if not path.exists():
        raise ValueError(f"nothing at {path}: check the name and the working folder ({Path.cwd()})")
    return READERS[found]().rows(path)


def open_clips(path: str | Path, *, reader: str = AUTO, split: str | None = None) -> Iterator[Clip]:
    """The clips, of one split if given.

    Args:
        path: file or folder.
        reader: name of a reader; `auto` looks.
        split: `train`, `dev` or `test`; None for all.

    Raises:
        ValueError: as `open_rows`; or a broken row, with its place.
    """
    for row in open_rows(path, reader=reader):
        if isinstance(row, BadRow):
            raise ValueError(f"{row.where}: cannot read this row: {row.why}. `allears data check {path}` lists all")
        if split is None or row.clip.split == split:
            yield row.clip
