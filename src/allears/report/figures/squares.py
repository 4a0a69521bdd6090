"""A table as coloured squares with their numbers; rows and columns need not be the same things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from allears.report.figures.style import INK, MUTED, drawing, to_picture
from allears.report.page import Picture

__all__ = ["Square", "draw_squares"]

_WIDE, _HIGH = 0.62, 0.4  # inches of a square
_LETTER = 0.068  # inches of a letter, about
_PALEST, _STRONGEST = 0.05, 0.65  # how much of the colour is seen


@dataclass(frozen=True)
class Square:
    """One cell.

    Attributes:
        text: in it.
        colour: of it.
        strength: 0 to 1, how much of the colour is seen.
        is_framed: whether it has an outline.
    """

    text: str
    colour: str
    strength: float
    is_framed: bool = False


def draw_squares(
    cells: Sequence[Sequence[Square | None]],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    name: str,
    title: str,
    row_label: str = "",
    column_label: str = "",
    width: float = _WIDE,
    alt: str = "",
) -> Picture:
    """The table; None leaves a cell empty.

    Args:
        cells: by row.
        rows, columns: their names.
        name, title, alt: of the picture.
        row_label, column_label: what rows and columns are.
        width: of a cell, inches.
    """
    is_turned = max(map(len, columns)) * _LETTER > width
    foot = 0.45 + (0.75 * _LETTER * max(map(len, columns)) if is_turned else 0.1)
    side = 0.4 + _LETTER * max(map(len, rows))
    with drawing(side + width * len(columns) + 0.2, foot + _HIGH * len(rows)) as figure:
        axes = figure.subplots()
        _fill(axes, cells)
        turned = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if is_turned else {}
        axes.set_xticks(range(len(columns)), columns, color=INK, fontsize=8.5, **turned)
        axes.set_yticks(range(len(rows)), rows, color=INK, fontsize=8.5)
        axes.set_xlabel(column_label)
        axes.set_ylabel(row_label)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return to_picture(figure, name, title, alt or _told(cells, rows, columns))


def _fill(axes: Axes, cells: Sequence[Sequence[Square | None]]) -> None:
    for i, row in enumerate(cells):
        for j, cell in enumerate(row):
            if cell is None:
                axes.text(j, i, "·", ha="center", va="center", color=MUTED)
                continue
            alpha = _PALEST + (_STRONGEST - _PALEST) * min(1.0, max(0.0, cell.strength))
            place = (j - 0.47, i - 0.46)
            axes.add_patch(Rectangle(place, 0.94, 0.92, color=cell.colour, alpha=alpha, lw=0))
            if cell.is_framed:
                axes.add_patch(Rectangle(place, 0.94, 0.92, fill=False, edgecolor=MUTED, lw=0.9))
            axes.text(j, i, cell.text, ha="center", va="center", color=INK, fontsize=8, linespacing=1.15)


def _told(cells: Sequence[Sequence[Square | None]], rows: Sequence[str], columns: Sequence[str]) -> str:
    return "; ".join(
        f"{row}, {column}: {cell.text}".replace("\n", " ")
        for row, line in zip(rows, cells, strict=True)
        for column, cell in zip(columns, line, strict=True)
        if cell is not None
    )
