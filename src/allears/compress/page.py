"""A compression as a page: what it costs against what it can do, what each task lost, which parts stay as they are.

Needs `allears[report]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from allears.compress.losses import Loss
from allears.compress.picture import draw_pareto
from allears.compress.run import Compressed, Stage
from allears.report.page import Section, Table
from allears.report.write import write_page

__all__ = ["write_compressed"]

_STAGES = ("step", "MB", "seconds a second of sound", "MB of memory")
_LOSSES = ("task", "metric", "before", "after", "points", "may lose")
_UNITS = ("part", "KB before", "worst of its tasks alone", "points", "stays as it is")


def write_compressed(done: Compressed, out: Path) -> list[Path]:
    """Write the page to `out` and its pictures beside it; returns the page first."""
    name = Path(done.model).name
    tasks = list(dict.fromkeys(row.task for row in done.rows))
    pictures = (draw_pareto(done.stages),) if done.rows else ()
    tables = (
        Table(_STAGES, tuple(_stage(stage) for stage in done.stages), "Steps"),
        Table(_LOSSES, tuple(_loss(row) for row in done.rows), "Tasks"),
        *(Table(_UNITS, tuple(_units(stage)), f"Parts: {stage.name}") for stage in done.stages if stage.units),
    )
    section = Section("compress", name, tuple(_says(done)), tuple(done.broken), pictures, tables)
    return write_page(name, tasks, [section], out, verb="compress")


def _says(done: Compressed) -> Sequence[str]:
    first, last = done.stages[0].num_bytes / 1e6, done.stages[-1].num_bytes / 1e6
    says = [f"From {first:.1f} to {last:.1f} MB in {len(done.stages) - 1} steps."]
    out = [one.unit for stage in done.stages for one in stage.units if one.reason]
    if out:
        says.append(f"{len(out)} parts stay as they are: {', '.join(out)}.")
    return says


def _stage(stage: Stage) -> tuple[str, ...]:
    factor = "" if stage.real_time_factor is None else f"{stage.real_time_factor:.3f}"
    memory = "" if stage.peak_mb is None else f"{stage.peak_mb:.0f}"
    return stage.name, f"{stage.num_bytes / 1e6:.1f}", factor, memory


def _loss(row: Loss) -> tuple[str, ...]:
    before, after = ("" if value is None else f"{100 * value:.2f}" for value in (row.before, row.after))
    points = "" if row.points is None else f"{row.points:+.2f}"
    return row.task, row.metric, before, after, points, "" if row.budget is None else f"{row.budget:g}"


def _units(stage: Stage) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for one in stage.units:
        known = [row for row in one.rows if row.points is not None]
        worst = min(known, key=lambda row: row.points or 0.0, default=None)
        what = "" if worst is None else f"{worst.task} {worst.metric}"
        points = "" if worst is None else f"{worst.points:+.2f}"
        rows.append((one.unit, f"{one.num_bytes / 1e3:.0f}", what, points, one.reason))
    return tuple(rows)
