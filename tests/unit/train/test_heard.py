"""A starved task is found at the end of a window, and only if it had its turn."""

from __future__ import annotations

from allears.train.heard import Heard


def test_a_task_that_is_hardly_heard_is_named_once_a_window() -> None:
    heard = Heard(200)
    told = []
    for step in range(400):
        heard.add(["often", "never", "once"], ["often", *(["once"] if step == 250 else [])])
        told.append(heard.starved())
    assert told[199] == {"never": (0, 200), "once": (0, 200)}
    assert told[399] == {"never": (0, 200), "once": (1, 200)}
    assert not any(told[:199] + told[200:399])


def test_a_task_that_had_no_turn_does_not_starve() -> None:
    heard = Heard(10)
    for _ in range(10):
        heard.add(["a"], ["a"])
    assert heard.starved() == {}


def test_a_window_survives_a_checkpoint() -> None:
    first, second = Heard(10), Heard(10)
    for _ in range(6):
        first.add(["a"], [])
    second.load_state_dict(first.state_dict())
    for _ in range(4):
        second.add(["a"], [])
    assert second.starved() == {"a": (0, 10)}
