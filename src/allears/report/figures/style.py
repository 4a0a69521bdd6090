"""How every picture looks, and how a drawing becomes a `Picture`.

In: a matplotlib figure drawn in the colours below. Out: SVG whose colours are CSS variables (`#0072b2` -> `var(--t0)`),
so that one drawing follows light and dark, and PNG in the colours as they are. Colours of tasks: Okabe and Ito 2008,
which the colour-blind tell apart, without its yellow (too pale) and black (of the text); then two of Paul Tol's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from allears.report.page import Picture

__all__ = [
    "GRID",
    "INK",
    "MUTED",
    "NEGATIVE",
    "POSITIVE",
    "TASK_COLOURS",
    "color_of",
    "drawing",
    "mark",
    "plain_axes",
    "to_picture",
]

INK, MUTED, GRID, PAPER = "#1d1d24", "#6b6b78", "#e3e3e9", "#fefefe"
POSITIVE, NEGATIVE = "#0f6fae", "#d1590a"  # blue helps, orange hurts
TASK_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#882255", "#999933")
PNG_DPI = 160

_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper", POSITIVE: "good", NEGATIVE: "bad"}
_VARIABLES |= {colour: f"t{number}" for number, colour in enumerate(TASK_COLOURS)}
_SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.fonttype": "none",  # text stays text
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def color_of(index: int) -> str:
    """Colour of the task at this place of the recipe; they come round after eight."""
    return TASK_COLOURS[index % len(TASK_COLOURS)]


@contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """A figure of so many inches, in the page's style."""
    with mpl.rc_context(_SETTINGS):
        yield Figure(figsize=(width, height), layout="constrained")


def plain_axes(axes: Axes, *, title: str = "", colour: str = INK, has_grid: bool = True) -> None:
    """No box, a light grid, the title at the left."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if has_grid:
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
    axes.tick_params(length=2.5, width=0.6)
    if title:
        axes.set_title(title, loc="left", color=colour, fontsize=9.5, fontweight="bold")


def mark(line: Line2D, picture: str, task: int, number: int = 0) -> None:
    """Give a line an id by which the page finds the lines of a task."""
    line.set_gid(f"{picture}--t{task}--{number}")


def to_picture(figure: Figure, name: str, title: str, alt: str) -> Picture:
    """Both formats. Equal drawings give equal bytes: no date, ids from the name."""
    svg, png = io.StringIO(), io.BytesIO()
    with mpl.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=PNG_DPI, facecolor=PAPER, metadata={"Software": None})
    return Picture(name, title, alt, _inline(svg.getvalue(), alt), png.getvalue())


def _inline(text: str, alt: str) -> str:
    """The `<svg>` element alone, scalable, with variables for colours."""
    body = text[text.index("<svg") :]
    head, _, rest = body.partition(">")
    view = re.search(r'viewBox="[^"]*"', head)
    assert view is not None, "matplotlib writes a viewBox"
    rest = re.sub(r"<metadata>.*?</metadata>", "", rest, flags=re.DOTALL)
    for colour, variable in _VARIABLES.items():
        rest = re.sub(re.escape(colour), f"var(--{variable})", rest, flags=re.IGNORECASE)
    label = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    links = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {links} {view.group(0)} role="img" aria-label="{label}">{rest}'
