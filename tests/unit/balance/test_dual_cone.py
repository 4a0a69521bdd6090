"""The projection onto the dual cone, against a general solver."""

from __future__ import annotations

import numpy as np
import pytest

optimize = pytest.importorskip("scipy.optimize")

from allears.balance._dual_cone import project  # noqa: E402


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_nearest_vector_that_hurts_nobody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, weights = rng.normal(size=(4, 6)), rng.uniform(0, 1, 4)
    projected = project(weights, rows @ rows.T) @ rows
    assert (rows @ projected >= -1e-9).all()
    start = weights @ rows
    best = optimize.minimize(
        lambda d: ((d - start) ** 2).sum(), start, constraints={"type": "ineq", "fun": lambda d: rows @ d}
    )
    np.testing.assert_allclose(projected, best.x, atol=1e-4)


def test_what_hurts_nobody_stays() -> None:
    np.testing.assert_allclose(project(np.array([0.3, 0.7]), np.eye(2)), [0.3, 0.7])


def test_opposite_gradients_leave_nothing() -> None:
    rows = np.array([[1.0, 0.0], [-2.0, 0.0]])
    np.testing.assert_allclose(project(np.array([1.0, 0.0]), rows @ rows.T) @ rows, [0, 0], atol=1e-9)
