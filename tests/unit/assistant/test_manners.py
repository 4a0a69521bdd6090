"""Somebody who is upset gets a shorter, softer reply."""

from __future__ import annotations

import pytest

from allears.assistant.manners import MANNERS, USUAL, manner_of, words_for
from allears.assistant.skill import Ask, Reply
from allears.decode.answers import Choice

REPLY = Reply("It is cold. It will rain. Take a coat.")


@pytest.mark.parametrize(
    ("label", "said", "is_softer"),
    [
        ("anger", "It is cold.", True), ("sadness", "Of course. It is cold.", True),
        ("happiness", REPLY.text, False), ("neutral", REPLY.text, False),
    ],
)  # fmt: skip
def test_the_table(label: str, said: str, is_softer: bool) -> None:
    manner = manner_of(Choice(label, 0.9))
    assert words_for(REPLY, manner) == said
    assert (manner.gain < 1) is is_softer


def test_a_mood_that_is_not_sure_changes_nothing() -> None:
    assert manner_of(Choice("anger", 0.5)) == manner_of(None) == USUAL


def test_a_short_reply_goes_before_the_first_sentence() -> None:
    assert words_for(Reply("It is cold. It will rain.", short="Cold."), MANNERS["anger"]) == "Cold."


def test_a_question_stays_a_question() -> None:
    assert words_for(Reply("For which city?", ask=Ask("city")), MANNERS["sadness"]) == "For which city?"
    assert words_for(Reply(""), MANNERS["sadness"]) == ""
