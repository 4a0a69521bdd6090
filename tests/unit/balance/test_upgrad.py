"""UPGrad: the mean of projections, and the promise that nobody is hurt."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torchjd")
optimize = pytest.importorskip("scipy.optimize")

from allears.balance.upgrad import upgrad  # noqa: E402
from tests.unit.balance.toy import ROWS, assert_conflict_free, jacobian, update_of  # noqa: E402


def _nearest(start: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return optimize.minimize(
        lambda d: ((d - start) ** 2).sum(), start, constraints={"type": "ineq", "fun": lambda d: rows @ d}
    ).x


@pytest.mark.parametrize("rows", list(ROWS))
def test_update_is_the_mean_of_projected_gradients_and_hurts_nobody(rows: str) -> None:
    g = jacobian(ROWS[rows])
    update = update_of(upgrad(tasks=list(ROWS[rows])), ROWS[rows])
    np.testing.assert_allclose(update, np.mean([_nearest(row, g) for row in g], axis=0), atol=1e-3)
    assert_conflict_free(update, g)


def test_without_conflict_it_is_the_mean() -> None:
    rows = ROWS["three that agree"]
    np.testing.assert_allclose(update_of(upgrad(tasks=list(rows)), rows), jacobian(rows).mean(0), rtol=1e-5)


@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_gradients_of_any_size_are_not_in_conflict_afterwards(size: float) -> None:
    rows = {task: [size * x for x in row] for task, row in ROWS["three in conflict"].items()}
    assert_conflict_free(update_of(upgrad(tasks=list(rows)), rows) / size, jacobian(rows) / size)
