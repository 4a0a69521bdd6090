"""How things are said, and read back."""

from __future__ import annotations

from datetime import datetime

import pytest

from allears.assistant.spoken import and_list, clock_as_words, duration, of_day, read_duration, read_yes


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconds"), (1, "1 second"), (90, "1 minute and 30 seconds"), (3600, "1 hour"),
    (7384, "2 hours and 3 minutes")],
)  # fmt: skip
def test_a_length_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("ten minutes", 600), ("For 10 minutes, please.", 600), ("an hour and ten minutes", 4200),
        ("half an hour", 1800), ("one and a half hours", 5400), ("an hour and a half", 5400),
        ("twenty-five seconds", 25), ("a couple of minutes", 120), ("soon", None), ("minutes", None), ("", None),
    ],
)  # fmt: skip
def test_a_length_is_read(text: str, seconds: float | None) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at 7:30", "at 7 30"), ("at 07:05", "at 7 oh 5"), ("Wake me at 8.15", "Wake me at 8 15"),
        ("at 9:00", "at 9 o'clock"), ("set it to 7.5 percent", "set it to 7.5 percent"),
    ],
)  # fmt: skip
def test_the_clock_becomes_words(text: str, words: str) -> None:
    assert clock_as_words(text) == words


def test_times_of_day() -> None:
    times = [datetime(2026, 1, 1, hour, 5) for hour in (0, 7, 12, 19)]
    assert [of_day(at) for at in times] == ["12:05 AM", "7:05 AM", "12:05 PM", "7:05 PM"]


def test_things_are_listed() -> None:
    assert [and_list(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(("text", "is_yes"), [("Yes, please.", True), ("no thanks", False), ("maybe", None)])
def test_yes_and_no(text: str, is_yes: bool | None) -> None:
    assert read_yes(text) is is_yes
