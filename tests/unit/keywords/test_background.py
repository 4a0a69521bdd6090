"""Scores and false accepts an hour."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from allears.keywords import background
from allears.keywords.background import Tail, fit_tail, usual_tail


def test_rate_and_threshold_undo_each_other() -> None:
    tail = Tail(0.7, 0.03, 5.0)
    assert tail.rate(0.73) == pytest.approx(0.1)
    assert tail.threshold(0.1) == pytest.approx(0.73)
    assert tail.rate(tail.threshold(0.37)) == pytest.approx(0.37)


def test_an_exponential_tail_is_found_again() -> None:
    """Of peaks drawn with a known tail: one an hour at 0.7, a tenth of that 0.02 higher."""
    rng, hours = np.random.default_rng(0), 40.0
    drawn = 0.6 + rng.exponential(0.02 / np.log(10), int(hours * 10**5))
    tail = fit_tail(drawn.tolist(), hours)
    assert tail.score == pytest.approx(0.7, abs=0.003)
    assert tail.per_decade == pytest.approx(0.02, rel=0.35)


def test_too_little_background_is_said() -> None:
    with pytest.raises(ValueError, match=r"3 peaks in 0\.50 h"):
        fit_tail([0.1, 0.2, 0.3], 0.5)


def test_no_rate_is_no_threshold() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Tail(0.7, 0.03, 5.0).threshold(0.0)


def test_the_usual_tail_knows_length_and_model(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    measured = {"examples": {"model": "m 1", "score": [0.9, -0.05], "per_decade": 0.02, "hours": 3.0}}
    monkeypatch.setattr(background, "_measured", lambda: measured)
    short, long = usual_tail("examples", 20, "m 1"), usual_tail("examples", 80, "m 1")
    assert short is not None
    assert long is not None
    assert short.score > long.score
    assert usual_tail("spelling", 5, "m 1") is None
    with caplog.at_level(logging.WARNING):
        usual_tail("examples", 20, "other 2")
    assert "measured with m 1, not with other 2" in caplog.text


def test_what_ships_can_be_read() -> None:
    assert set(background._measured()) <= {"examples", "spelling"}


def test_a_score_with_a_best_value_falls_as_a_power_of_the_distance_to_it() -> None:
    rng = np.random.default_rng(0)
    scores = -(rng.random(20_000) ** (1 / 3)) * 10  # below -x lies the share (x / 10)^3 of them
    tail = fit_tail(list(scores), 2.0, best=0.0)
    assert tail.rate(-0.5) == pytest.approx(10_000 * 0.05**3, rel=0.5)
    assert tail.rate(tail.threshold(0.3)) == pytest.approx(0.3)
    assert tail.threshold(0.1) < 0.0
    assert tail.threshold(1e-9) > 0.0, "so rare that no score is enough"
    assert fit_tail(list(scores), 2.0).threshold(0.1) > tail.threshold(0.1), "a line in the score goes past the best"
