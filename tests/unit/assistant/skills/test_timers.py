"""Timers and alarms, with a clock that is set by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from allears.assistant.skills.timers import next_time, read_time
from allears.assistant.store import Store
from tests.unit.assistant.fakes import START, Talk


def test_a_timer_is_set_asked_after_changed_and_rings_once() -> None:
    talk = Talk("timers")
    assert talk("Set a pasta timer for 10 minutes.", "Ann") == "Pasta timer set for 10 minutes."
    talk.clock.wait(minutes=4)
    assert talk("how much time is left") == "6 minutes left on the pasta timer."
    assert talk("add two minutes to the timer") == "The pasta timer has 8 minutes left."
    assert talk("take one minute off the pasta timer") == "The pasta timer has 7 minutes left."
    assert talk.assistant.due() == []
    talk.clock.wait(minutes=7)
    assert talk.assistant.due() == ["Ann, your pasta timer is over."]
    assert talk.assistant.due() == []


def test_the_length_is_asked_for_twice_at_most() -> None:
    talk = Talk("timers")
    assert talk("set a timer") == "For how long?"
    assert talk("well") == "Sorry? For how long?"
    assert talk("half an hour") == "Timer set for 30 minutes."
    talk("set a timer")
    talk("well")
    assert talk("well well") == "Sorry, what did you say?"


def test_a_timer_survives_a_restart_and_a_late_one_is_apologised_for(tmp_path: Path) -> None:
    talk = Talk("timers", store=Store(tmp_path / "a.sqlite"))
    talk("set an egg timer for five minutes")
    talk.store.close()
    talk.clock.wait(hours=2, minutes=5)
    again = Talk("timers", store=Store(tmp_path / "a.sqlite"), clock=talk.clock)
    assert again.assistant.due() == ["Sorry, I was not running: your egg timer was due 2 hours ago."]
    again.store.close()


def test_of_several_timers_the_right_one_is_cancelled() -> None:
    talk = Talk("timers")
    talk("set a pasta timer for ten minutes")
    talk("set an egg timer for five minutes")
    assert talk("cancel the timer") == "Which one: egg or pasta?"
    assert talk("the pasta one") == "The pasta timer is cancelled."
    assert talk("cancel the pizza timer") == "There is no pizza timer."
    assert talk("cancel all timers") == "1 timer cancelled."
    assert talk("cancel the timer") == "There is no timer."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Wake me up at 7:30.", "Alarm set for 7:30 PM."),
        ("wake me at seven thirty am", "Alarm set for 7:30 AM on Thursday."),
        ("set an alarm for 20:05", "Alarm set for 8:05 PM."),
        ("wake me tomorrow at 6", "Alarm set for 6:00 AM on Thursday."),
        ("set an alarm for noon", "Alarm set for 12:00 PM on Thursday."),
        ("set the alarm for three o'clock", "Alarm set for 3:00 AM on Thursday."),
    ],
)  # fmt: skip
def test_an_alarm_is_at_the_next_such_time(text: str, said: str) -> None:
    assert Talk("timers")(text) == said  # it is 3:20 PM on a Wednesday


def test_alarms_are_asked_for_told_and_rung() -> None:
    talk = Talk("timers")
    assert talk("set an alarm") == "For what time?"
    assert talk("at 6:15 in the evening, please") == "Alarm set for 6:15 PM."
    assert talk("when is my next alarm") == "Alarm: 6:15 PM on Wednesday."
    talk.clock.wait(hours=2, minutes=55)
    assert talk.assistant.due() == ["Your alarm: it is 6:15 PM."]
    assert talk("cancel my alarm") == "There is no alarm."


@pytest.mark.parametrize(
    ("values", "is_tomorrow", "expected"),
    [
        ({"hour": 12, "half": "am"}, False, (5, 0, 0)), ({"hour": 12, "half": "pm"}, False, (5, 12, 0)),
        ({"hour": 4}, False, (4, 16, 0)), ({"clock": "0:00"}, True, (5, 0, 0)), ({}, False, None),
    ],
)  # fmt: skip
def test_times(values: dict[str, Any], is_tomorrow: bool, expected: tuple[int, int, int] | None) -> None:
    at = next_time(values, START, is_tomorrow=is_tomorrow)
    assert (at and (at.day, at.hour, at.minute)) == expected
    assert at is None or isinstance(at, datetime)


def test_no_time_is_no_answer() -> None:
    assert read_time("next week") is None
