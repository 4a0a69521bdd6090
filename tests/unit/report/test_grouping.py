"""Groups of the highest affinity."""

from __future__ import annotations

import numpy as np
import pytest

from allears.report.grouping import best_grouping, partitions, worth
from allears.report.matrices import Matrix


def _blocks(count: int, size: int) -> Matrix:
    """Tasks in blocks of `size` that help each other by 0.1 and harm the others by 0.1."""
    block = np.arange(count) // size
    values = np.where(block[:, None] == block[None, :], 0.1, -0.1)
    return Matrix(tuple(f"t{i}" for i in range(count)), values, 1)


@pytest.mark.parametrize(("count", "bell"), [(0, 1), (1, 1), (3, 5), (5, 52)])
def test_every_partition_comes_once(count: int, bell: int) -> None:
    found = [frozenset(frozenset(group) for group in groups) for groups in partitions(list(range(count)))]
    assert len(found) == len(set(found)) == bell


@pytest.mark.parametrize(("count", "is_exact"), [(6, True), (9, False)])
def test_blocks_are_found(count: int, is_exact: bool) -> None:
    found = best_grouping(_blocks(count, 3))
    assert found.groups == tuple(tuple(f"t{i}" for i in range(start, start + 3)) for start in range(0, count, 3))
    assert found.is_exact is is_exact
    assert found.worth == pytest.approx(0.1 * count)
    assert found.worth > found.worth_together


def test_tasks_that_help_each_other_stay_together_and_those_that_harm_part() -> None:
    together = Matrix(("a", "b"), np.array([[1.0, 0.2], [0.1, 1.0]]), 1)
    apart = Matrix(("a", "b"), np.array([[1.0, 0.2], [-0.3, 1.0]]), 1)
    assert best_grouping(together).groups == (("a", "b"),)
    assert best_grouping(apart).groups == (("a",), ("b",))


def test_worth_is_the_mean_over_the_others_summed_over_tasks() -> None:
    values = np.array([[0.0, 0.1, 0.2], [0.3, 0.0, 0.4], [0.5, 0.6, 0.0]])
    assert worth([[0, 1, 2]], values) == pytest.approx((0.3 + 0.5) / 2 + (0.1 + 0.6) / 2 + (0.2 + 0.4) / 2)
    assert worth([[0], [1], [2]], values) == 0.0


def test_a_pair_never_seen_together_is_neither_good_nor_bad() -> None:
    values = np.array([[1.0, np.nan], [np.nan, 1.0]])
    assert best_grouping(Matrix(("a", "b"), values, 1)).groups == (("a", "b"),)  # of equals, fewer models
