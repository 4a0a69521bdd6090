"""Learning curves: for each task its loss and the number it is judged by; thin lines are the other seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from allears.report.figures.style import INK, MUTED, color_of, drawing, mark, plain_axes, to_picture
from allears.report.page import Picture
from allears.report.series import Points

__all__ = ["Curve", "draw_curves", "draw_weights"]

_MANY = 60  # points from which a training loss is smoothed


@dataclass(frozen=True)
class Curve:
    """What is drawn of one task.

    Attributes:
        task: name.
        train: loss on training batches, of each seed, the main run first.
        dev: loss on the dev clips; empty if there is none.
        scores: the number it is judged by, of each seed.
        metric: its name with an arrow; None if there is none.
    """

    task: str
    train: Sequence[Points]
    dev: Points
    scores: Sequence[Points]
    metric: str | None


def draw_curves(curves: Sequence[Curve]) -> Picture:
    """A row a task: loss at the left, what it is judged by at the right."""
    name = "curves"
    with drawing(9.2, 0.5 + 1.75 * len(curves)) as figure:
        grid = figure.subplots(len(curves), 2, squeeze=False, sharex=True)
        for index, (curve, (left, right)) in enumerate(zip(curves, grid, strict=True)):
            colour = color_of(index)
            plain_axes(left, title=curve.task, colour=colour)
            _train(left, curve, index, name)
            if curve.dev:
                left.plot(
                    *zip(*curve.dev, strict=True), "o--", color=INK, lw=0.9, ms=3, label="dev", gid=f"{name}--d{index}"
                )
            left.legend(frameon=False, fontsize=8, labelcolor=MUTED, loc="best") if left.lines else None
            plain_axes(right, title=curve.metric or "")
            if curve.metric is None:
                right.text(0.5, 0.5, "no number on the dev clips", ha="center", color=MUTED, transform=right.transAxes)
            for number, points in enumerate(curve.scores):
                (line,) = right.plot(*zip(*points, strict=True), "o-", color=colour, **_weight(number))
                mark(line, name, index, 100 + number)
        for axes in grid[-1]:
            axes.set_xlabel("step")
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        tasks = ", ".join(curve.task for curve in curves)
        return to_picture(figure, name, "Learning curves", f"Loss and score over the steps, for {tasks}")


def draw_weights(weights: Mapping[str, Points], order: Sequence[str]) -> Picture:
    """Weight of each task's loss over the steps, named at the end of its line."""
    name = "weights"
    with drawing(9.2, 2.9) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        values = [value for points in weights.values() for _, value in points]
        if min(values) > 0 and max(values) > 20 * min(values):
            axes.set_yscale("log")
        for task, points in weights.items():
            index = order.index(task)
            (line,) = axes.plot(*zip(*points, strict=True), color=color_of(index), lw=1.6)
            mark(line, name, index)
            axes.annotate(
                f" {task}",
                points[-1],
                color=color_of(index),
                va="center",
                fontsize=8.5,
                fontweight="bold",
                annotation_clip=False,
            )
        axes.set_xlabel("step")
        axes.set_ylabel("weight of the loss")
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        return to_picture(
            figure, name, "Weights over time", f"Weight of each loss over the steps: {', '.join(weights)}"
        )


def _train(axes: Axes, curve: Curve, index: int, name: str) -> None:
    for number, points in enumerate(curve.train):
        steps, values = (np.array(side) for side in zip(*points, strict=True))
        colour = color_of(index)
        if len(values) > _MANY and number == 0:
            axes.plot(steps, values, color=colour, lw=0.5, alpha=0.35)
            values = _smooth(values)
        (line,) = axes.plot(
            steps, values, color=colour, label="train" if number == 0 else None, **_weight(number, ms=0)
        )
        mark(line, name, index, number)


def _weight(number: int, ms: float = 3.5) -> dict[str, float]:
    """The main run stands out; other seeds are thin."""
    return {"lw": 1.7, "ms": ms} if number == 0 else {"lw": 0.7, "ms": 0, "alpha": 0.5}


def _smooth(values: np.ndarray) -> np.ndarray:
    """Running mean over a fifteenth of the curve; shorter windows at the ends."""
    width = max(1, len(values) // 15)
    sums = np.convolve(values, np.ones(width), mode="same")
    smoothed: np.ndarray = sums / np.convolve(np.ones(len(values)), np.ones(width), mode="same")
    return smoothed
