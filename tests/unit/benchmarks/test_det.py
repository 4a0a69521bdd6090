"""Missed share against false accepts an hour."""

from __future__ import annotations

from pathlib import Path

import pytest
from common.det import Det, det, draw, either, mean


def test_a_miss_is_a_positive_no_higher_than_the_first_negative_that_is_not_allowed() -> None:
    curve = det([0.95, 0.85, 0.75, 0.65], [0.7, 0.9, 0.8], hours=10.0)
    assert curve.miss[:4] == (0.75, 0.5, 0.25, 0.0)
    assert [curve.at(rate) for rate in (0.0, 0.05, 0.1, 0.2)] == [0.75, 0.75, 0.5, 0.25]
    assert curve.at(1e6) == 0.0


def test_a_curve_never_rises() -> None:
    curve = det([0.1 * n for n in range(10)], [0.05 * n for n in range(20)], hours=1.5)
    assert list(curve.miss) == sorted(curve.miss, reverse=True)


def test_either_misses_what_both_miss_at_half_of_the_false_accepts_each() -> None:
    curve = either(([0.9, 0.1], [0.1, 0.8]), ([0.5, 0.2], [0.85, 0.4]), hours=10.0)
    assert curve.miss[:3] == (0.5, 0.5, 0.0)


def test_the_mean_is_of_shares() -> None:
    assert mean([Det(1.0, (0.5, 0.0)), Det(1.0, (1.0, 0.5))]).miss == (0.75, 0.25)


def test_a_curve_needs_positives_and_time() -> None:
    with pytest.raises(ValueError, match="0 positives"):
        det([], [0.1], hours=1.0)
    with pytest.raises(ValueError, match="some time"):
        det([0.1], [0.1], hours=0.0)


def test_the_picture_is_written(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw({"examples": Det(2.0, (0.5, 0.2, 0.1))}, tmp_path / "a.png", title="t", bar=(0.1, 0.03))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
