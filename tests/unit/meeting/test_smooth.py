from __future__ import annotations

import itertools

import numpy as np
import pytest

from allears.meeting.smooth import course, likeness, steps_of


def _value(path: tuple[int, ...], alike: np.ndarray, is_speech: np.ndarray, change: float) -> float:
    value = sum(alike[t, k] for t, k in enumerate(path) if is_speech[t])
    costs = (change for t in range(1, len(path)) if path[t] != path[t - 1] and is_speech[t] and is_speech[t - 1])
    return float(value - sum(costs))


@pytest.mark.parametrize("seed", range(5))
def test_the_course_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alike, is_speech = rng.normal(size=(7, 3)), rng.random(7) > 0.3
    best = max(_value(p, alike, is_speech, 0.8) for p in itertools.product(range(3), repeat=7))
    assert np.isclose(_value(tuple(course(alike, is_speech, 0.8).tolist()), alike, is_speech, 0.8), best)


def test_a_change_costs() -> None:
    alike = np.array([[1.0, 0.0], [0.4, 0.6], [1.0, 0.0]])
    is_speech = np.ones(3, bool)
    assert course(alike, is_speech, 0.01).tolist() == [0, 1, 0]
    assert course(alike, is_speech, 1.0).tolist() == [0, 0, 0]


def test_steps_are_those_with_their_middle_in_speech() -> None:
    assert steps_of(np.array([[0.0, 0.2], [0.34, 0.5]]), 0.6).tolist() == [True, True, False, True, True, False]


def test_a_step_no_piece_covers_is_like_the_nearest() -> None:
    vectors = np.eye(2)
    alike = likeness(np.array([[0.2, 0.4], [0.8, 1.0]]), vectors, np.eye(2), 12)
    assert alike.argmax(axis=1).tolist() == [0] * 6 + [1] * 6
