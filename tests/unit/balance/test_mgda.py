"""MGDA: the shortest convex combination, found here by looking at all of them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torchjd")

from allears.balance.mgda import mgda
from tests.unit.balance.toy import ROWS, assert_conflict_free, jacobian, update_of


def _shortest(rows: np.ndarray, steps: int = 400) -> np.ndarray:
    """By a grid over the simplex of two or three weights."""
    grid = np.linspace(0, 1, steps + 1)
    if len(rows) == 2:
        weights = np.stack([grid, 1 - grid], 1)
    else:
        x, y = (part.ravel() for part in np.meshgrid(grid, grid))
        weights = np.stack([x, y, 1 - x - y], 1)[x + y <= 1]
    combined = weights @ rows
    return combined[np.linalg.norm(combined, axis=1).argmin()]


@pytest.mark.parametrize("rows", list(ROWS))
def test_update_is_the_shortest_combination_and_hurts_nobody(rows: str) -> None:
    update = update_of(mgda(tasks=list(ROWS[rows]), epsilon=1e-6, max_iters=1000), ROWS[rows])
    shortest = _shortest(jacobian(ROWS[rows]))
    np.testing.assert_allclose(update, shortest, atol=0.02)
    assert np.linalg.norm(update) <= np.linalg.norm(shortest) + 1e-3
    assert_conflict_free(update, jacobian(ROWS[rows]))


def test_two_tasks_have_the_closed_form() -> None:
    a, b = jacobian(ROWS["two in conflict"])
    gamma = np.clip((b - a) @ b / ((a - b) @ (a - b)), 0, 1)
    expected = gamma * a + (1 - gamma) * b
    update = update_of(mgda(tasks=["a", "b"]), ROWS["two in conflict"])
    np.testing.assert_allclose(update, expected, atol=1e-5)
