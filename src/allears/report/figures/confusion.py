"""What a classifier took each class for: a square a pair, blue where it was right, orange where it was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from allears.report.figures.style import INK, MUTED, NEGATIVE, POSITIVE, drawing, to_picture
from allears.report.page import Picture

__all__ = ["draw_confusion"]

_CELL = 0.52  # inches
_READABLE = 25  # classes; more would leave no room for numbers


def draw_confusion(counts: np.ndarray, classes: Sequence[str], *, name: str, title: str) -> Picture:
    """Counts (C, C) of clips, rows the truth. The colour is the share of the row."""
    longest = max(map(len, classes))
    cell = _CELL if len(classes) <= _READABLE else _CELL * _READABLE / len(classes)
    side = cell * len(classes)
    with drawing(side + 0.9 + 0.07 * longest, side + 0.7 + 0.05 * longest) as figure:
        axes = figure.subplots()
        _fill(axes, counts, has_numbers=len(classes) <= _READABLE)
        is_long = longest * len(classes) > 40
        turned = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if is_long else {}
        axes.set_xticks(range(len(classes)), classes, **turned)
        axes.set_yticks(range(len(classes)), classes)
        axes.set_xlabel("heard as")
        axes.set_ylabel("is")
        pairs = ((classes[i], classes[j], counts[i, j]) for i, j in np.argwhere(counts))
        alt = "; ".join(f"{truth} heard as {label}: {count}" for truth, label, count in pairs)
        return to_picture(figure, name, title, alt)


def _fill(axes: Axes, counts: np.ndarray, *, has_numbers: bool) -> None:
    """Squares on the axes, those of a class heard as itself on the diagonal."""
    size = len(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for i in range(size):
        for j in range(size):
            if counts[i, j]:
                colour, alpha = POSITIVE if i == j else NEGATIVE, 0.06 + 0.6 * shares[i, j]
                axes.add_patch(Rectangle((j - 0.47, i - 0.47), 0.94, 0.94, color=colour, alpha=alpha, lw=0))
            if has_numbers:
                text, ink = (str(counts[i, j]), INK) if counts[i, j] else ("·", MUTED)
                axes.text(j, i, text, ha="center", va="center", color=ink, fontsize=8.5)
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
