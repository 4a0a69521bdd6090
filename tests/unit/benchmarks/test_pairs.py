from collections.abc import Callable

import numpy as np
import pytest
from common.pairs import Pair, time_pairs


def test_turns_are_taken_after_a_warm_up() -> None:
    done: list[str] = []
    works: dict[str, Callable[[np.ndarray], object]] = {
        name: (lambda _, name=name: done.append(name)) for name in ("a", "b")
    }
    time_pairs(works, np.zeros(1), 3)
    assert "".join(done) == "ab" + "ab" + "ba" + "ab"


def test_times_are_those_of_the_clock() -> None:
    now = iter(range(100))
    pair = time_pairs({"a": lambda _: None, "b": lambda _: None}, np.zeros(1), 2, clock=lambda: float(next(now)))
    assert pair.times_s == {"a": [1.0, 1.0], "b": [1.0, 1.0]}


def test_ratio_is_first_over_second() -> None:
    assert Pair({"slow": [3.0, 9.0, 3.0], "fast": [1.0, 1.0, 7.0]}).ratio() == pytest.approx(3.0)
