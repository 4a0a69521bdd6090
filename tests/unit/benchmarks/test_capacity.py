"""The arithmetic of the capacity plan."""

from __future__ import annotations

import importlib

import pytest

capacity = importlib.import_module("capacity")
SPEED = capacity.Speed(num_workers=2, times_real_time=20.0, with_start=15.0, real_time_factor=0.1)


def test_a_thousand_hours_take_their_core_hours() -> None:
    assert capacity.core_hours(SPEED) == pytest.approx(100.0)  # 50 hours of two cores
    assert capacity.cost(SPEED, 0.05, busy=0.5) == pytest.approx(10.0)


@pytest.mark.parametrize(("load", "number"), [(0.0, 1), (1.0, 1), (14.0, 1), (14.1, 2), (1000.0, 72)])
def test_replicas_grow_with_the_load_and_are_never_none(load, number) -> None:
    assert capacity.replicas(SPEED, load, busy=0.7) == number
