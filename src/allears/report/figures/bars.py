"""Bars: labels a task was trained on, gradient norms, and how much a task reads of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allears.report.figures.style import INK, MUTED, NEGATIVE, color_of, drawing, plain_axes, to_picture
from allears.report.page import Picture

__all__ = ["draw_amounts", "draw_layers"]


def draw_amounts(
    amounts: Mapping[str, float],
    order: Sequence[str],
    *,
    name: str,
    title: str,
    unit: str,
    form: str = "{:,.0f}",
    starved: Sequence[str] = (),
    width: float = 9.2,
) -> Picture:
    """One bar a task, its number at the end; `order` of tasks gives the colours."""
    amounts = {task: amounts[task] for task in order if task in amounts}
    with drawing(width, 0.45 + 0.34 * len(amounts)) as figure:
        axes = figure.subplots()
        plain_axes(axes, has_grid=False)
        for index, (task, amount) in enumerate(amounts.items()):
            axes.barh(index, amount, color=color_of(order.index(task)), height=0.62)
            text = f" {form.format(amount)}" + ("  starved" if task in starved else "")
            axes.text(amount, index, text, va="center", color=NEGATIVE if task in starved else INK, fontsize=8.5)
        axes.set_yticks(range(len(amounts)), list(amounts), color=INK)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.16 * max(*amounts.values(), 1e-12))
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(unit)
        return to_picture(figure, name, title, "; ".join(f"{task}: {form.format(v)}" for task, v in amounts.items()))


def draw_layers(weights: Mapping[str, Sequence[float]], order: Sequence[str]) -> Picture:
    """Each task's layer mix side by side, lowest layer at the left; the line is an even mix."""
    columns = min(4, len(weights))
    rows = -(-len(weights) // columns)
    with drawing(9.2, 0.4 + 1.65 * rows) as figure:
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for axes in grid.flat[len(weights) :]:
            axes.set_visible(False)
        for axes, (task, mix) in zip(grid.flat, weights.items(), strict=False):
            colour = color_of(order.index(task))
            plain_axes(axes, title=task, colour=colour)
            axes.bar(range(len(mix)), list(mix), color=colour, width=0.72)
            axes.axhline(1 / len(mix), color=MUTED, lw=0.8, ls=(0, (3, 3)))
            axes.set_xticks(range(len(mix)), [str(layer) for layer in range(len(mix))], fontsize=8)
            axes.set_ylim(0, None)
        for axes in grid[:, 0]:
            axes.set_ylabel("share")
        for axes in grid[-1]:
            axes.set_xlabel("layer")
        alt = "; ".join(f"{task}: " + " ".join(f"{share:.2f}" for share in mix) for task, mix in weights.items())
        return to_picture(figure, "layers", "Which layers a task reads", alt)
