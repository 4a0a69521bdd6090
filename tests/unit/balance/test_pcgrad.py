"""PCGrad against algorithm 1."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

pytest.importorskip("torchjd")

from allears.balance.pcgrad import pcgrad
from tests.unit.balance.toy import ROWS, jacobian, update_of


def _projected(rows: np.ndarray, i: int, order: tuple[int, ...]) -> np.ndarray:
    p = rows[i].copy()
    for j in order:
        if p @ rows[j] < 0:
            p -= (p @ rows[j]) / (rows[j] @ rows[j]) * rows[j]
    return p


def _possible(rows: np.ndarray) -> list[np.ndarray]:
    """The update for every way to order the projections."""
    count = len(rows)
    orders = [list(itertools.permutations([j for j in range(count) if j != i])) for i in range(count)]
    return [sum(_projected(rows, i, order) for i, order in enumerate(way)) for way in itertools.product(*orders)]


@pytest.mark.parametrize("rows", list(ROWS))
def test_update_is_one_that_the_algorithm_allows(rows: str) -> None:
    balancer, possible = pcgrad(tasks=list(ROWS[rows])), _possible(jacobian(ROWS[rows]))
    for _ in range(5):
        update = update_of(balancer, ROWS[rows])
        assert min(np.abs(update - other).max() for other in possible) < 1e-5


def test_without_conflict_it_is_the_sum() -> None:
    rows = ROWS["three that agree"]
    np.testing.assert_allclose(update_of(pcgrad(tasks=list(rows)), rows), jacobian(rows).sum(0), rtol=1e-6)


def test_orders_change_from_step_to_step() -> None:
    rows = ROWS["three in conflict"]
    balancer = pcgrad(tasks=list(rows))
    assert len({tuple(update_of(balancer, rows).round(5)) for _ in range(12)}) > 1
