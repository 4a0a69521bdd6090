"""CAGrad against its primal problem: the best worst-off task within a ball around the mean gradient."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torchjd")
pytest.importorskip("cvxpy", reason="CAGrad needs cvxpy: pip install 'allears[balance]'")
optimize = pytest.importorskip("scipy.optimize")

from allears.balance.cagrad import cagrad  # noqa: E402
from tests.unit.balance.toy import ROWS, jacobian, update_of  # noqa: E402


@pytest.mark.parametrize("c", [0.2, 0.5])
@pytest.mark.parametrize("rows", list(ROWS))
def test_update_solves_the_primal_problem(rows: str, c: float) -> None:
    g = jacobian(ROWS[rows])
    mean = g.mean(0)
    update = update_of(cagrad(tasks=list(ROWS[rows]), c=c), ROWS[rows])
    radius = c * np.linalg.norm(mean)
    assert np.linalg.norm(update - mean) <= radius * (1 + 1e-4)
    best = optimize.minimize(  # over (d, t): the largest t with g_k . d >= t, |d - mean| <= radius
        lambda x: -x[-1],
        np.append(mean, (g @ mean).min()),
        constraints=[
            {"type": "ineq", "fun": lambda x: g @ x[:-1] - x[-1]},
            {"type": "ineq", "fun": lambda x: radius**2 - ((x[:-1] - mean) ** 2).sum()},
        ],
    )
    assert (g @ update).min() == pytest.approx(best.x[-1], rel=1e-3, abs=1e-4)


def test_without_room_it_is_the_mean() -> None:
    rows = ROWS["three in conflict"]
    np.testing.assert_allclose(update_of(cagrad(tasks=list(rows), c=0.0), rows), jacobian(rows).mean(0), atol=1e-6)


def test_small_gradients_are_balanced_like_large_ones() -> None:
    small = {task: [1e-5 * x for x in row] for task, row in ROWS["three in conflict"].items()}
    update = update_of(cagrad(tasks=list(small)), small)
    large = update_of(cagrad(tasks=list(small)), ROWS["three in conflict"])
    np.testing.assert_allclose(1e5 * update, large, rtol=1e-3, atol=1e-4)
