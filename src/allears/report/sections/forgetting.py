"""What the model can still do of what it could: scores after each adaptation, and what was lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allears.report.figures.squares import Square, draw_squares
from allears.report.figures.style import MUTED, NEGATIVE, POSITIVE
from allears.report.page import Missing, Picture, Section, Table
from allears.report.transfer import HasTransfer
from allears.report.words import listed, number, plural
from allears.transfer.forgetting import Column, Forgetting, summed_up

__all__ = ["forgetting"]

_TITLE = "What was forgotten"
_HOW = (
    "`allears adapt` with `--old MANIFEST` measures it, and so does "
    "`allears report --before MODEL --after MODEL --clips MANIFEST`"
)
_LOST = 1.0  # points from which a loss is an alarm: what `allears adapt` lets an old task lose
_STILL = 0.05  # points that are shown as 0
_STRONG = 5.0  # points of the strongest colour, at least


def forgetting(material: HasTransfer) -> Section:
    """The matrix, rows stages, columns tasks on their clips; average forgetting, backward transfer."""
    transfer = material.transfer
    matrix = None if transfer is None else transfer.forgetting
    if matrix is None or not matrix.columns:
        how = (transfer.not_forgetting if transfer else "") or _HOW
        return Section("forgetting", _TITLE, missing=(Missing("what was forgotten", how),))
    sums = summed_up(matrix)
    return Section(
        "forgetting",
        _TITLE,
        tuple(_said(matrix, sums)),
        tuple(_alarms(matrix)),
        (_picture(matrix),),
        (_table(matrix),),
        data={
            "stages": list(matrix.stages),
            "columns": [
                {"clips": c.clips, "task": c.task, "metric": c.metric, "learned": matrix.stages[c.learned]}
                for c in matrix.columns
            ],
            "values": matrix.values.tolist(),
            "points": matrix.changes.tolist(),
            "is_sequence": matrix.is_sequence,
            **sums,
        },
    )


def _said(matrix: Forgetting, sums: Mapping[str, float | None]) -> list[str]:
    says = [
        "In brackets: points (hundredths of a rate) against when it was learned or first measured, which is framed; "
        "in the frame, against before."
    ]
    if not matrix.is_sequence:
        return [*says, f"{listed(matrix.stages[1:])} each began with {matrix.stages[0]}: they are side by side."]
    forgotten, backward = sums["average_forgetting"], sums["backward_transfer"]
    if forgotten is not None:
        columns = plural(int(sums["num_columns"] or 0), "column")
        says.append(
            f"Average forgetting {_signed(forgotten)} points over {columns} (Chaudhry et al. 2018): what was best "
            "before the last stage, less what is left."
        )
    if backward is not None:
        says.append(
            f"Backward transfer {_signed(backward)} points (Lopez-Paz & Ranzato 2017): what later stages did to what "
            "was learned before them."
        )
    return says


def _alarms(matrix: Forgetting) -> list[str]:
    found = []
    for j, column in enumerate(matrix.columns):
        for s in range(matrix.first(j) + 1, len(matrix.stages)):
            points = matrix.changes[s, j]
            if points < -_LOST:
                before, after = (number(matrix.values[at, j]) for at in (matrix.first(j), s))
                found.append(f"{matrix.stages[s]} lost {-points:.1f} points of {_named(column)} ({before} to {after}).")
    return found


def _signed(points: float) -> str:
    return f"{points:+.2f}".replace("-", "−")


def _named(column: Column) -> str:
    return f"{column.task} {column.metric} on {column.clips}"


def _picture(matrix: Forgetting) -> Picture:
    changes = matrix.changes
    limit = max(_STRONG, float(np.nanmax(np.abs(changes), initial=0.0, where=np.isfinite(changes))))
    cells = [[_square(matrix, s, j, limit) for j in range(len(matrix.columns))] for s in range(len(matrix.stages))]
    columns = [f"{c.task} {c.metric} {'↑' if c.is_higher_better else '↓'}, {c.clips}" for c in matrix.columns]
    return draw_squares(
        cells, matrix.stages, columns, name="forgetting", title="Scores after each stage, points won or lost",
        row_label="after", width=0.95,
    )  # fmt: skip


def _square(matrix: Forgetting, s: int, j: int, limit: float) -> Square | None:
    value, points = matrix.values[s, j], matrix.changes[s, j]
    if not np.isfinite(value):
        return None
    is_first = s == matrix.first(j)
    if is_first:
        points = _gained(matrix, s, j)
    if not np.isfinite(points):
        return Square(number(float(value)), MUTED, 0.0, is_framed=is_first)
    is_still = abs(points) < _STILL
    text = f"{number(float(value))} ({'0' if is_still else format(points, '+.1f')})".replace("-", "−")
    colour = MUTED if is_still else POSITIVE if points > 0 else NEGATIVE
    return Square(text, colour, 0.0 if is_still else abs(float(points)) / limit, is_framed=is_first)


def _gained(matrix: Forgetting, s: int, j: int) -> float:
    """Points that learning it gave; NaN where it was not measured before."""
    earlier = matrix.values[:s, j]
    known = earlier[np.isfinite(earlier)]
    return float((matrix.values[s, j] - known[-1]) * matrix.columns[j].scale) if len(known) else np.nan


def _table(matrix: Forgetting) -> Table:
    rows = [
        (_named(column), matrix.stages[column.learned] if column.learned else "before", *_cells(matrix, j))
        for j, column in enumerate(matrix.columns)
    ]
    return Table(("", "learned", *matrix.stages), tuple(rows), "The same as a table")


def _cells(matrix: Forgetting, j: int) -> list[str]:
    return ["–" if not np.isfinite(value) else number(float(value)) for value in matrix.values[:, j]]
