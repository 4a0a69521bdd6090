"""Gains with their intervals, a line each: a dot for the mean, a bar for where it may lie, zero in the middle."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.ticker import PercentFormatter

from allears.report.figures.style import INK, MUTED, NEGATIVE, POSITIVE, drawing, plain_axes, to_picture
from allears.report.gains import Interval
from allears.report.page import Picture

__all__ = ["draw_forest"]


def draw_forest(
    lines: Sequence[tuple[str, Interval, Sequence[float]]], *, name: str, title: str, label: str
) -> Picture:
    """`lines`: what it is, its interval, and the values a seed (small dots)."""
    with drawing(9.2, 0.75 + 0.42 * len(lines)) as figure:
        axes = figure.subplots()
        plain_axes(axes, has_grid=False)
        edge = max((abs(value) for line in lines for value in _ends(line[1], line[2])), default=0.1) * 1.15 or 0.1
        axes.axvspan(-edge, 0, color=NEGATIVE, alpha=0.05, lw=0)
        axes.axvspan(0, edge, color=POSITIVE, alpha=0.05, lw=0)
        axes.axvline(0, color=MUTED, lw=0.8)
        for place, (_, found, seeds) in enumerate(lines):
            colour = POSITIVE if found.verdict == "better" else NEGATIVE if found.verdict == "worse" else MUTED
            if found.low is not None and found.high is not None:
                axes.plot(
                    [found.low, found.high], [place, place], color=colour, lw=3.2, solid_capstyle="round", alpha=0.75
                )
            axes.plot(list(seeds), [place + 0.24] * len(seeds), "o", color=colour, ms=2.2, alpha=0.7)
            axes.plot([found.mean], [place], "o", color=colour, ms=7)
            axes.annotate(
                f"{found.mean:+.1%}", (found.mean, place), (0, 7), textcoords="offset points", ha="center", fontsize=8.5
            )
        axes.set_yticks(range(len(lines)), [line[0] for line in lines], color=INK)
        axes.set_ylim(len(lines) - 0.4, -0.8)
        axes.set_xlim(-edge, edge)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(label)
        alt = "; ".join(f"{what}: {found.mean:+.1%}, {found.verdict}" for what, found, _ in lines)
        return to_picture(figure, name, title, alt)


def _ends(found: Interval, seeds: Sequence[float]) -> list[float]:
    return [value for value in (found.mean, found.low, found.high, *seeds) if value is not None]
