"""Options of a recipe against a builder's signature."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from allears.config.call import call_builder


def build(*, tasks: Sequence[str], weight: float = 1.0, classes: Sequence[str]) -> tuple[object, ...]:
    if weight < 0:
        raise ValueError("weight must be 0 or more")
    return tasks, weight, classes


def test_lists_arrive_as_tuples() -> None:
    assert call_builder("a", build, {"classes": ["x", "y"]}, tasks=("t",)) == (("t",), 1.0, ("x", "y"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": [], "wieght": 1}, r"unknown option balance\.wieght\. Did you mean 'weight'\? Allowed here: cl"),
        ({"classes": [], "tasks": []}, r"unknown option balance\.tasks"),
        ({}, "balance needs the option 'classes'"),
        ({"classes": [], "weight": -1}, "balance: weight must be 0 or more"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call_builder("balance", build, options, tasks=("t",))
