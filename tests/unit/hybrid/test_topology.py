"""Words as states."""

from __future__ import annotations

import numpy as np

from allears.hybrid.topology import columns_of, lay_out

INDEX = {"A": 0, "B": 1}


def test_three_states_a_phone_in_order() -> None:
    assert columns_of(("B", "A"), INDEX) == [3, 4, 5, 0, 1, 2]


def test_pauses_are_optional_and_never_two_in_a_row() -> None:
    laid = lay_out([("A",), ("B", "A")], INDEX, np.full(7, np.log(0.5)))
    np.testing.assert_array_equal(laid.chain.columns, [6, 0, 1, 2, 6, 3, 4, 5, 0, 1, 2, 6])
    np.testing.assert_array_equal(np.flatnonzero(laid.chain.is_optional), [0, 4, 11])
    np.testing.assert_array_equal(laid.words, [-1, 0, 0, 0, -1, 1, 1, 1, 1, 1, 1, -1])
    np.testing.assert_array_equal(laid.phones, [-1, 0, 0, 0, -1, 1, 1, 1, 2, 2, 2, -1])
    assert laid.names == ("A", "B", "A")


def test_staying_and_moving_are_one_in_all_and_a_gap_costs_neither() -> None:
    laid = lay_out([("A",), None], INDEX, np.log(np.linspace(0.1, 0.7, 7)))
    is_gap = laid.chain.columns == 7
    assert is_gap.sum() == 1
    total = np.exp(laid.chain.stay) + np.exp(laid.chain.move)
    np.testing.assert_allclose(total[~is_gap], 1, rtol=1e-6)
    np.testing.assert_array_equal(laid.chain.stay[is_gap], [0])
    assert laid.phones[is_gap][0] == -1
