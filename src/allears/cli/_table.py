"""Puts rows on the screen: with colours and a frame on a terminal, as aligned plain text anywhere else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from allears.cli._rows import Cell, Row
from allears.formats.lines import display_width

__all__ = ["print_table"]

PLAIN_WIDTH = 100  # columns where there is no terminal to ask
MAX_WIDTH = 120  # a longer line is hard to read
_FRAME = 7  # columns that the frame and the gap between label and text take


def print_table(title: str, rows: Sequence[Row], file: TextIO | None = None) -> None:
    """Print one table. `file`: stdout if left out."""
    out = file or sys.stdout
    label_width = max((display_width(row.label) for row in rows), default=0)
    if out.isatty():
        width = min(shutil.get_terminal_size().columns, MAX_WIDTH) - label_width - _FRAME
        _print_rich(title, [(row.label, list(_lines(row, max(width, 20)))) for row in rows], out)
        return
    lines = [title]
    for row in rows:
        for number, line in enumerate(_lines(row, PLAIN_WIDTH - label_width - 4)):
            label = row.label if number == 0 else ""
            lines.append(
                f"  {label}{' ' * (label_width - display_width(label))}  {''.join(c.text for c in line)}".rstrip()
            )
    print("\n".join(lines), file=out)


def _print_rich(title: str, rows: Sequence[tuple[str, list[list[Cell]]]], out: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), box=box.ROUNDED, show_header=False, title_justify="left")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(no_wrap=True)
    for label, lines in rows:
        text = Text("\n").join(
            Text.assemble(*((cell.text, "yellow" if cell.is_doubtful else "") for cell in line)) for line in lines
        )
        table.add_row(Text(label), text)
    Console(file=out, width=MAX_WIDTH if shutil.get_terminal_size().columns > MAX_WIDTH else None).print(table)


def _lines(row: Row, width: int) -> Iterator[list[Cell]]:
    """The lines of a row's cells, spaces included, none wider than `width` unless a single cell is."""
    if row.layout == "grid":
        yield from _grid(row.cells, width)
    elif row.layout == "lines":
        for cell in row.cells:
            yield from _flow([Cell(word, cell.is_doubtful) for word in cell.text.split(" ")], width)
    else:
        yield from _flow(row.cells, width)


def _flow(cells: Sequence[Cell], width: int) -> Iterator[list[Cell]]:
    line: list[Cell] = []
    used = 0
    for cell in (part for whole in cells for part in _parts(whole, width)):
        if line and used + 1 + display_width(cell.text) > width:
            yield line
            line, used = [], 0
        line += [Cell(" "), cell] if line else [cell]
        used += display_width(cell.text) + (len(line) > 1)
    yield line


def _parts(cell: Cell, width: int) -> Iterator[Cell]:
    """A cell wider than the line (a text without spaces) in pieces that are not."""
    if display_width(cell.text) <= width:
        yield cell
        return
    part, used = "", 0
    for letter in cell.text:
        if part and used + display_width(letter) > width:
            yield Cell(part, cell.is_doubtful)
            part, used = "", 0
        part, used = part + letter, used + display_width(letter)
    yield Cell(part, cell.is_doubtful)


def _grid(cells: Sequence[Cell], width: int) -> Iterator[list[Cell]]:
    """Columns of one width, as many as fit, filled row by row."""
    column = max(display_width(cell.text) for cell in cells) + 2
    count = max(1, width // column)
    for first in range(0, len(cells), count):
        padded = ((cell, Cell(" " * (column - display_width(cell.text)))) for cell in cells[first : first + count])
        yield [part for pair in padded for part in pair][:-1]
