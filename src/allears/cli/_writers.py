"""What happens to a result: a table or a format on stdout, or files in a folder.

Options that do not go together, and a folder that cannot be written, fail before any work is done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allears.cli._outputs import output_stems, prepare_folder, write_atomic
from allears.formats import FORMATS, Format
from allears.runtime.result import Result

if TYPE_CHECKING:
    from allears.runtime.session import Session

__all__ = ["ALL", "Writer", "writer_for"]

ALL = "all"
Writer = Callable[[str, Result, "Session"], None]
"""(input file, its result, the session that heard it)"""


def writer_for(names: Sequence[str] | None, folder: Path | None, *, is_json: bool, files: Sequence[str]) -> Writer:
    """What to do with each result.

    Args:
        names: formats asked for with -f.
        folder: of -o.
        is_json: whether --json was given.
        files: all inputs, since their outputs must not take each other's names.

    Raises:
        ValueError: an unknown format, options that do not go together, a folder that cannot be written.
    """
    formats = _formats(names or ())
    if is_json and (formats or folder):
        raise ValueError("--json writes lines to stdout and goes with neither -f nor -o: use -f json -o DIR for files")
    if is_json:
        return _write_json_line
    if folder is not None:
        prepare_folder(folder)
        return _files_writer(formats or _formats([ALL]), folder, files)
    if not formats:
        return _write_table
    if len(formats) > 1:
        raise ValueError(f"{len(formats)} formats cannot share stdout: add -o DIR to have files, or give one -f")
    ((name, format_),) = formats.items()
    if len(files) > 1 and not format_.is_joinable:
        raise ValueError(f"{len(files)} files as {name} cannot share stdout: add -o DIR to have a file each")
    return lambda _file, result, _session: _print(format_.write(result))


def _formats(names: Sequence[str]) -> dict[str, Format]:
    wanted = list(FORMATS) if ALL in names else names
    return {name: FORMATS[name]() for name in wanted}


def _files_writer(formats: dict[str, Format], folder: Path, files: Sequence[str]) -> Writer:
    stems = output_stems(files)

    def write(file: str, result: Result, session: Session) -> None:
        del session
        for format_ in formats.values():
            path = folder / f"{stems[file]}{format_.suffix}"
            write_atomic(path, format_.write(result))
            print(path)

    return write


def _write_table(file: str, result: Result, session: Session) -> None:
    from allears.cli._rows import Cell, Row, result_rows
    from allears.cli._sizes import folder_bytes, megabytes
    from allears.cli._table import print_table

    spec, loaded = session.spec, sum(path.stat().st_size for path in session.loaded_files)
    text = f"{spec.name} {spec.version}, {megabytes(loaded)} loaded of {megabytes(folder_bytes(session.folder))}"
    print_table(file, [*result_rows(result), Row("model", tuple(map(Cell, text.split())))])


def _write_json_line(file: str, result: Result, session: Session) -> None:
    from allears.formats.json_ import as_json

    del session
    _print(json.dumps(as_json(result) | {"source": file}, ensure_ascii=False) + "\n")


def _print(text: str) -> None:
    sys.stdout.write(text)
