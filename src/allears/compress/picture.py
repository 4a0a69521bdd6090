"""What a model costs against what it can do: a picture a task, at each step of a compression.

In: the stages. Out: a `Picture`: rows of tasks, columns of size, time and memory. Points that no other beats in both
(the Pareto front: Pareto 1896) are joined; the model as it was is the open one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes

from allears.compress.run import Stage
from allears.report.figures.style import INK, MUTED, color_of, drawing, plain_axes, to_picture
from allears.report.page import Picture
from allears.scoring.meters import HIGHER_IS_BETTER

__all__ = ["draw_pareto", "front"]

_COSTS: Mapping[str, Callable[[Stage], float | None]] = {
    "MB on disk": lambda stage: stage.num_bytes / 1e6,
    "seconds a second of sound": lambda stage: stage.real_time_factor,
    "MB of memory": lambda stage: stage.peak_mb,
}
_ROW_IN, _HEAD_IN = 1.7, 0.5


def draw_pareto(stages: Sequence[Stage]) -> Picture:
    """All tasks that were measured, by their first metric."""
    metrics = {task: next(iter(values)) for task, values in stages[0].scores.items() if values}
    metrics |= {t: next(iter(v)) for stage in stages for t, v in stage.scores.items() if v and t not in metrics}
    costs = {name: cost for name, cost in _COSTS.items() if all(cost(stage) is not None for stage in stages)}
    with drawing(9.2, _HEAD_IN + _ROW_IN * len(metrics)) as figure:
        grid = figure.subplots(len(metrics), len(costs), squeeze=False)
        for row, (task, metric) in enumerate(metrics.items()):
            for axes, (name, cost) in zip(grid[row], costs.items(), strict=True):
                _draw(axes, stages, task, metric, cost, color_of(row))
                axes.set_xlabel(name if row == len(metrics) - 1 else "")
            grid[row][0].set_title(f"{task}: {metric}, %", loc="left", color=color_of(row), fontsize=9.5)
        alt = "; ".join(f"{stage.name} {stage.num_bytes / 1e6:.1f} MB" for stage in stages)
        return to_picture(figure, "pareto", "What it costs, and what it can do", alt)


def _draw(
    axes: Axes, stages: Sequence[Stage], task: str, metric: str, cost: Callable[[Stage], float | None], colour: str
) -> None:
    plain_axes(axes)
    found = [(stage.name, cost(stage), stage.scores.get(task, {}).get(metric)) for stage in stages]
    points = [(name, x, 100 * y) for name, x, y in found if x is not None and y is not None]
    best = front([(x, y) for _, x, y in points], is_higher_better=HIGHER_IS_BETTER[metric])
    axes.plot(*zip(*best, strict=True), "-", color=MUTED, lw=0.8) if best else None
    for name, x, y in points:
        is_first = name == stages[0].name
        axes.plot([x], [y], "o", color=colour, ms=5, markerfacecolor="none" if is_first else colour)
        axes.annotate(name, (x, y), textcoords="offset points", xytext=(4, 4), fontsize=7, color=INK)
    axes.margins(0.25)


def front(points: Sequence[tuple[float, float]], *, is_higher_better: bool) -> list[tuple[float, float]]:
    """The (cost, value) points that no other beats in one and equals in the other, cheapest first."""
    sign = 1 if is_higher_better else -1
    kept: list[tuple[float, float]] = []
    for cost, value in sorted(points, key=lambda point: (point[0], -sign * point[1])):
        if not kept or sign * value > sign * kept[-1][1]:
            kept.append((cost, value))
    return kept
