"""Error against minutes of speech, a panel a target; beside them, what English lost.

In: cells of `table.py`. Out: a PNG. Bars are the spread of the table; zero-shot is a line across.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from adapting.plan import METHODS, ZERO_SHOT
from adapting.table import Cells, Rate, rate_of
from adapting.targets import TARGETS, Target
from allears.report.figures.style import MUTED, color_of, drawing, plain_axes, to_picture

__all__ = ["draw"]

_COLUMNS = 4
_FEW_BARS = 6  # fewer are no thicker


def draw(cells: Cells, path: Path) -> None:
    """Write the picture.

    Raises:
        ValueError: no target has a trained run yet.
    """
    targets = [t for t in TARGETS if any(key[0] == t.name and key[2] != ZERO_SHOT for key in cells)]
    if not targets:
        raise ValueError("only zero-shot is measured: nothing to draw until a run has learned")
    panels = [*targets, None] if _has_english(cells) else list(targets)
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    with drawing(3.1 * columns, 2.9 * rows + 0.4) as figure:
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, target in zip(grid.flat, panels, strict=False):
            if target is None:
                _english(axes, cells)
            else:
                _panel(axes, cells, target)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        handles = {h.get_label(): h for axes in grid.flat for h in axes.get_legend_handles_labels()[0]}
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=len(handles), frameon=False)
        picture = to_picture(figure, "adapting", "Error against minutes of speech", "see the table")
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(picture.png)
    partial.replace(path)


def _panel(axes: Axes, cells: Cells, target: Target) -> None:
    is_error = target.measure != "chrf"
    plain_axes(axes, title=target.title)
    zero = rate_of(cells.get((target.name, 0.0, ZERO_SHOT), ()), target.measure)
    if zero is not None:
        axes.axhline(100 * zero.value, color=MUTED, lw=1, ls=(0, (4, 3)), label=ZERO_SHOT)
    sizes = {amount: _size(cells, target.name, amount) for amount in _amounts(cells, target.name)}
    for number, method in enumerate(METHODS[1:]):
        found = [(s, rate_of(cells.get((target.name, a, method), ()), target.measure)) for a, s in sizes.items()]
        _line(axes, [(size, rate) for size, rate in found if rate is not None], method, number)
    axes.set_xscale("log")
    axes.set_xlim(0.7 * min(sizes.values()), 1.4 * max(sizes.values()))
    axes.minorticks_off()
    axes.set_xticks(list(sizes.values()), [f"{size:.0f}" for size in sizes.values()])
    axes.set_xlabel("minutes of speech")
    axes.set_ylabel(f"{target.measure.upper()}, %" if is_error else "chrF")
    axes.set_ylim(0, None)


def _line(axes: Axes, points: Sequence[tuple[float, Rate]], method: str, number: int) -> None:
    if not points:
        return
    sizes, values = [size for size, _ in points], [100 * rate.value for _, rate in points]
    axes.plot(sizes, values, "o-", ms=4, lw=1.4, color=color_of(number), label=method)
    for size, rate in points:
        if rate.low is not None and rate.high is not None:
            axes.plot([size, size], [100 * rate.low, 100 * rate.high], color=color_of(number), lw=0.8, alpha=0.6)


def _english(axes: Axes, cells: Cells) -> None:
    """Points that the English word error rate rose by; a bar a target and method, of the largest amount."""
    plain_axes(axes, title="English WER, points lost")
    bars: list[tuple[str, float, int]] = []
    for target in TARGETS:
        before = rate_of(cells.get((target.name, 0.0, ZERO_SHOT), ()), "wer", "en")
        for number, method in enumerate(METHODS[1:]):
            amounts = [m for m in _amounts(cells, target.name) if (target.name, m, method) in cells]
            after = rate_of(cells[target.name, amounts[-1], method], "wer", "en") if amounts else None
            if before is not None and after is not None:
                bars.append((target.name, 100 * (after.value - before.value), number))
    for place, (_, lost, number) in enumerate(bars):
        axes.barh(place, lost, color=color_of(number), height=0.7)
    axes.set_yticks(range(len(bars)), [name for name, _, _ in bars])
    axes.set_ylim(max(len(bars), _FEW_BARS) - 0.5, -0.5)
    axes.set_xlabel("worn always; worn for its language: 0")


def _has_english(cells: Cells) -> bool:
    return any(key[2] != ZERO_SHOT and rate_of(of, "wer", "en") is not None for key, of in cells.items())


def _amounts(cells: Cells, target: str) -> list[float]:
    return sorted({m for name, m, method in cells if name == target and method != ZERO_SHOT}, key=lambda m: m or 1e9)


def _size(cells: Cells, target: str, minutes: float) -> float:
    there = [one["there"] for (name, _, _), of in cells.items() if name == target for one in of]
    return minutes or there[0]
