"""Squares with numbers: what is in a cell is in the picture and in its words."""

from __future__ import annotations

import pytest

pytest.importorskip("matplotlib", reason="needs the extra `report`")

from allears.report.figures.squares import Square, draw_squares
from allears.report.figures.style import NEGATIVE, POSITIVE


def test_cells_are_drawn_and_told() -> None:
    cells = [[Square("12", POSITIVE, 1.0), None, Square("−3", NEGATIVE, 0.2, is_framed=True)]]
    picture = draw_squares(cells, ["row"], ["a", "b", "c"], name="s", title="t")
    assert picture.alt == "row, a: 12; row, c: −3"
    assert ">12<" in picture.svg and ">·<" in picture.svg
    assert "var(--good)" in picture.svg and "var(--bad)" in picture.svg
    assert picture.png.startswith(b"\x89PNG")


def test_long_names_and_lines_are_drawn() -> None:
    cells = [[Square("1\n2", POSITIVE, 0.5)]]
    picture = draw_squares(cells, ["a rather long name"], ["a name that has to be turned"], name="s", title="t")
    assert "rotate" in picture.svg and picture.alt.endswith(": 1 2")
