"""A matrix between tasks as coloured squares with their numbers: blue helps, orange hurts, pale is little."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from allears.report.figures.style import INK, MUTED, NEGATIVE, POSITIVE, color_of, drawing, to_picture
from allears.report.matrices import Matrix
from allears.report.page import Picture

__all__ = ["draw_matrix", "fill_matrix"]

_CELL = 0.66  # inches


def draw_matrix(
    matrix: Matrix,
    *,
    name: str,
    title: str,
    rows: str = "",
    columns: str = "",
    form: str = "{:+.2f}",
    limit: float | None = None,
) -> Picture:
    """One matrix. `limit`: value of the strongest colour; the largest off the diagonal if None."""
    side = 1.5 + _CELL * len(matrix.tasks)
    with drawing(side + 0.9, side - 0.3) as figure:
        axes = figure.subplots()
        fill_matrix(axes, matrix, form=form, limit=limit)
        axes.set_ylabel(rows)
        axes.set_xlabel(columns)
        alt = "; ".join(f"{a} on {b}: {_text(value, form)}" for a, b, value in matrix.pairs())
        return to_picture(figure, name, title, alt)


def fill_matrix(axes: Axes, matrix: Matrix, *, form: str = "{:+.2f}", limit: float | None = None) -> None:
    """Squares on given axes. The colour's strength is the value's share of `limit`; the diagonal is left plain."""
    values, count = matrix.values, len(matrix.tasks)
    if limit is None:
        limit = max((abs(value) for *_, value in matrix.pairs()), default=1.0) or 1.0
    for i in range(count):
        for j in range(count):
            value = values[i, j]
            if i == j or not np.isfinite(value):
                axes.text(j, i, "·" if i == j else "–", ha="center", va="center", color=MUTED)
                continue
            share = min(1.0, abs(value) / limit)
            colour = POSITIVE if value > 0 else NEGATIVE
            axes.add_patch(Rectangle((j - 0.47, i - 0.47), 0.94, 0.94, color=colour, alpha=0.06 + 0.6 * share, lw=0))
            axes.text(j, i, _text(value, form), ha="center", va="center", color=INK, fontsize=8.5)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.set_xticks(range(count), matrix.tasks, rotation=30 if count > 4 else 0, ha="right" if count > 4 else "center")
    axes.set_yticks(range(count), matrix.tasks)
    for ticks in (axes.get_xticklabels(), axes.get_yticklabels()):
        for index, label in enumerate(ticks):
            label.set_color(color_of(index))
            label.set_fontweight("bold")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _text(value: float, form: str) -> str:
    """The number; nothing has no sign."""
    text = form.format(value)
    return text if text.strip("+-0.%") else text.lstrip("+-")
