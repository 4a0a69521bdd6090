"""CKA of linear kernels: what it must not see, what it must, and that the estimate is unbiased."""

from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.cka import linear_cka


def _rows(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def _plain_hsic(one: np.ndarray, two: np.ndarray) -> float:
    """Song et al. 2012, as a sum over tuples of four different rows."""
    n = len(one)
    k, g = one @ one.T, two @ two.T
    total = 0.0
    for i in range(n):
        for j in set(range(n)) - {i}:
            for q in set(range(n)) - {i, j}:
                for r in set(range(n)) - {i, j, q}:
                    total += k[i, j] * (g[i, j] + g[q, r] - 2 * g[i, q])
    return total / (n * (n - 1) * (n - 2) * (n - 3))


def test_it_is_the_sum_over_tuples() -> None:
    one, two = _rows(0, 1, 7, 3), _rows(1, 1, 7, 2)
    cross, first, second = (_plain_hsic(a[0], b[0]) for a, b in ((one, two), (one, one), (two, two)))
    assert linear_cka([(one, two)])[0, 0] == pytest.approx(cross / np.sqrt(first * second))


def test_minibatches_are_summed_before_the_quotient() -> None:
    batches = [(_rows(s, 1, 7, 3), _rows(s + 9, 1, 7, 2) * (1 + s)) for s in range(2)]
    sums = [sum(_plain_hsic(p[a][0], p[b][0]) for p in batches) for a, b in ((0, 1), (0, 0), (1, 1))]
    assert linear_cka(batches)[0, 0] == pytest.approx(sums[0] / np.sqrt(sums[1] * sums[2]))


def test_a_turned_scaled_and_moved_layer_is_the_same() -> None:
    rows = _rows(0, 2, 40, 6)
    turn, _ = np.linalg.qr(_rows(1, 6, 6))
    alike = linear_cka([(rows, 3.0 * rows @ turn + 5.0)])
    assert np.diag(alike) == pytest.approx(1.0)
    assert abs(alike[0, 1]) < 0.3


def test_unrelated_wide_layers_are_not_alike() -> None:
    """The biased estimate calls these 0.5 alike and more: 50 rows, 200 wide."""
    found = [linear_cka([(_rows(s, 1, 50, 200), _rows(s + 100, 1, 50, 200))])[0, 0] for s in range(5)]
    assert abs(np.mean(found)) < 0.05


def test_encoders_of_other_depth_and_width() -> None:
    assert linear_cka([(_rows(0, 3, 20, 4), _rows(1, 5, 20, 9))]).shape == (3, 5)


def test_a_constant_layer_has_no_likeness() -> None:
    rows = _rows(0, 1, 10, 3)
    assert np.isnan(linear_cka([(np.ones_like(rows), rows)])).all()


@pytest.mark.parametrize(
    "batches", [[], [(np.zeros((1, 3, 2)), np.zeros((1, 3, 2)))], [(np.zeros((1, 9, 2)), np.zeros((1, 8, 2)))]]
)
def test_rows_that_cannot_be_compared_are_refused(batches: list[tuple[np.ndarray, np.ndarray]]) -> None:
    with pytest.raises(ValueError, match="give"):
        linear_cka(batches)
