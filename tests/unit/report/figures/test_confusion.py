"""The confusion picture: numbers where there is room, every confusion in words."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs the extra `report`")

from allears.report.figures.confusion import draw_confusion


def test_what_was_heard_as_what_is_told() -> None:
    picture = draw_confusion(np.array([[4, 1], [0, 15]]), ["door", "bell"], name="c", title="t")
    assert picture.alt == "door heard as door: 4; door heard as bell: 1; bell heard as bell: 15"
    assert ">15<" in picture.svg and "var(--bad)" in picture.svg
    assert picture.png.startswith(b"\x89PNG")


def test_many_classes_and_empty_rows_are_drawn_without_numbers() -> None:
    counts = np.diag(np.r_[np.zeros(1, int), np.full(29, 731)])
    picture = draw_confusion(counts, [f"c{i}" for i in range(30)], name="c", title="t")
    assert ">731<" not in picture.svg and "c29 heard as c29: 731" in picture.alt
