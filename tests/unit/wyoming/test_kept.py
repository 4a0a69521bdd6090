"""What was heard is found by its text, once, while it is fresh."""

from __future__ import annotations

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")

from allears.assistant.heard import Heard
from allears.commands.answer import Command
from allears.wyoming.kept import Kept


def heard(text: str, who: str) -> Heard:
    return Heard(text, Command(None), who)


def test_it_is_found_by_its_words_and_used_up() -> None:
    kept = Kept(60)
    kept.keep(heard("Turn on the light.", "Ann"))
    found = kept.take("turn on the light")
    assert found is not None
    assert found.who == "Ann"
    assert kept.take("turn on the light") is None


def test_the_latest_of_two_comes_first() -> None:
    kept = Kept(60)
    for who in ("Ann", "Bob"):
        kept.keep(heard("stop", who))
    assert [kept.take("Stop!").who, kept.take("stop").who] == ["Bob", "Ann"]


def test_old_ones_and_silence_are_forgotten() -> None:
    now = [0.0]
    kept = Kept(60, clock=lambda: now[0])
    kept.keep(heard("hello", "Ann"))
    kept.keep(heard("  ", "Ann"))
    now[0] = 61.0
    assert kept.take("hello") is None
    assert kept.take("") is None


def test_it_never_grows_without_end() -> None:
    kept = Kept(60)
    for number in range(1000):
        kept.keep(heard(f"text {number}", "Ann"))
    assert kept.take("text 0") is None
    assert kept.take("text 999") is not None
