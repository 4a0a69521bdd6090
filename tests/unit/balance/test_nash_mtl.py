"""Nash-MTL: the bargain's own equation, and what follows from it."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.balance.nash_mtl import bargain, nash_mtl  # noqa: E402
from tests.unit.balance.toy import ROWS, assert_conflict_free, jacobian, update_of  # noqa: E402


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("rows", list(ROWS))
def test_the_bargain_solves_its_equation(rows: str, size: float) -> None:
    g = jacobian(ROWS[rows])
    g[0] *= size
    a = bargain(torch.tensor(g @ g.T)).numpy()
    assert (a > 0).all()
    np.testing.assert_allclose((g @ g.T @ a) * a, 1.0, atol=1e-3)


@pytest.mark.parametrize("rows", list(ROWS))
def test_update_points_along_the_bargain_and_hurts_nobody(rows: str) -> None:
    g = jacobian(ROWS[rows])
    update = update_of(nash_mtl(tasks=list(ROWS[rows])), ROWS[rows])
    expected = bargain(torch.tensor(g @ g.T)).numpy() @ g
    np.testing.assert_allclose(update, expected / np.linalg.norm(expected), atol=1e-5)
    assert_conflict_free(update, g)


def test_a_task_a_thousand_times_louder_changes_nothing() -> None:
    rows = dict(ROWS["three in conflict"])
    quiet = update_of(nash_mtl(tasks=list(rows)), rows)
    rows["b"] = [1000 * x for x in rows["b"]]
    np.testing.assert_allclose(update_of(nash_mtl(tasks=list(rows)), rows), quiet, atol=1e-4)


def test_the_update_is_cut_to_its_longest_length() -> None:
    rows = ROWS["three in conflict"]
    for longest in (0.5, 1.0):
        update = update_of(nash_mtl(tasks=list(rows), max_norm=longest), rows)
        assert np.linalg.norm(update) == pytest.approx(longest, rel=1e-5)
    g = jacobian(rows)
    free = update_of(nash_mtl(tasks=list(rows), max_norm=float("inf")), rows)
    assert free @ free == pytest.approx(3 * np.linalg.norm(g @ g.T), rel=1e-3), "K |G|, from a . G a = K"


def test_opposite_gradients_give_finite_weights() -> None:
    rows = {"a": (1.0, 0.0), "b": (-1.0, 0.0)}
    assert np.abs(update_of(nash_mtl(tasks=["a", "b"]), rows)).max() < 1e-3
