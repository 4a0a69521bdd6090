"""Reading ahead: order kept, errors at their turn, endless input allowed, threads let go."""

from __future__ import annotations

import itertools
import threading

import pytest

from allears.data.read_ahead import AHEAD_GROUPS, read_ahead


@pytest.mark.parametrize("num_threads", [0, 1, 3])
def test_order_is_kept(num_threads: int) -> None:
    groups = [[1, 2], [3], [], [4, 5, 6]]
    assert list(read_ahead(lambda x: x * 10, groups, num_threads)) == [[10, 20], [30], [], [40, 50, 60]]


@pytest.mark.parametrize("num_threads", [0, 2])
def test_an_error_comes_out_at_its_turn(num_threads: int) -> None:
    results = read_ahead(lambda x: 1 // x, [[1], [1], [0]], num_threads)
    assert next(results) == [1]
    assert next(results) == [1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_endless_input_is_taken_a_little_at_a_time_and_threads_end() -> None:
    taken = itertools.count()
    results = read_ahead(lambda x: x, ([next(taken)] for _ in itertools.count()), 2)
    assert [next(results) for _ in range(3)] == [[0], [1], [2]]
    assert next(taken) <= AHEAD_GROUPS + 3
    results.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]
