"""Values are exchanged for others of their slot, and tags stay with their words."""

from __future__ import annotations

import random

from allears.understand.learn.sentences import Example
from allears.understand.learn.swap import swap_values, values_of
from allears.understand.tags import spans_of

PLAY = Example("a", ("play", "jazz", "in", "the", "hall"), ("O", "B-genre", "O", "B-room", "I-room"), "play", True, {})
OTHER = Example("b", ("hard", "rock", "here"), ("B-genre", "I-genre", "B-room"), "play", True, {})


def test_the_values_of_a_set() -> None:
    assert values_of([PLAY, OTHER]) == {"genre": [("jazz",), ("hard", "rock")], "room": [("the", "hall"), ("here",)]}


def test_values_are_exchanged_within_their_slot() -> None:
    values, draw = values_of([PLAY, OTHER]), random.Random(0)
    swapped = [swap_values(PLAY, values, draw) for _ in range(200)]
    texts = {" ".join(e.words) for e in swapped}
    assert texts == {f"play {g} in {r}" for g in ("jazz", "hard rock") for r in ("the hall", "here")}
    for e in swapped:
        assert e.tags is not None and len(e.tags) == len(e.words)
        assert [found.name for found in spans_of(e.tags)] == ["genre", "room"] and e.intent == "play"


def test_what_has_no_values_stays() -> None:
    plain = Example("c", ("stop",), None, "stop", True, {})
    assert swap_values(plain, {}, random.Random(0)) is plain
    assert swap_values(PLAY, {}, random.Random(0)).words == PLAY.words
