"""Greeted once, asked once, remembered only after a yes and a name that is free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allears.assistant.heard import Heard, heard_of
from allears.assistant.people import People
from allears.assistant.store import Store
from allears.commands.answer import Command
from allears.decode.answers import Embedding
from allears.runtime.result import Nearest, Result

ANN, BOB = Embedding(np.float32([1, 0])), Embedding(np.float32([0, 1]))


class Enroller:
    def __init__(self, *, is_one_voice: bool = True) -> None:
        self.names: list[tuple[str, int]] = []
        self._is_one_voice = is_one_voice

    def is_taken(self, name: str) -> bool:
        return name.casefold() == "cleo"

    def enroll(self, name: str, embeddings: Sequence[Embedding]) -> bool:
        self.names.append((name, len(embeddings)))
        return self._is_one_voice


def said(text: str, voice: Embedding = ANN, *, is_stranger: bool = True) -> Heard:
    return Heard(text, Command(None), None, is_stranger, voice=voice)


def talk(people: People, *texts: str) -> list[str]:
    return [people.answer(said(text)) for text in texts]


def test_a_stranger_who_says_yes_is_remembered() -> None:
    enroller = Enroller()
    people = People(Store(":memory:"), enroller)
    assert "remember" in people.offer(said("what time is it"))
    replies = talk(people, "yes please", "I am Cleo.", "My name is dora", "I went swimming")
    assert replies[0] == "What is your name?"
    assert replies[1].startswith("I know a Cleo already")
    assert "Dora" in replies[2]
    assert replies[3] == "Thank you, Dora. I will know your voice."
    assert enroller.names == [("Dora", 5)]
    assert not people.is_asking


def test_each_stranger_is_asked_once() -> None:
    people = People(Store(":memory:"), Enroller())
    assert people.offer(said("a"))
    assert talk(people, "no") == ["All right."]
    assert not people.offer(said("b"))
    assert people.offer(said("c", BOB))


def test_never_is_never_on_this_computer() -> None:
    store = Store(":memory:")
    people = People(store, Enroller())
    people.offer(said("a"))
    assert talk(people, "no, never") == ["All right, I will never ask."]
    assert not People(store, Enroller()).offer(said("b", BOB))


def test_another_wish_ends_the_questions() -> None:
    people = People(Store(":memory:"), Enroller())
    people.offer(said("a"))
    assert talk(people, "what time is it") == [""]
    assert not people.is_asking


def test_several_voices_are_not_one_person() -> None:
    people = People(Store(":memory:"), Enroller(is_one_voice=False))
    people.offer(said("a"))
    assert "more than one voice" in talk(people, "yes", "Dora", "I went swimming")[-1]


@pytest.mark.parametrize("is_stranger", [True, False])
def test_nobody_is_asked_without_a_way_to_remember(is_stranger: bool) -> None:
    assert not People(Store(":memory:"), None).offer(said("a", is_stranger=is_stranger))
    assert not People(Store(":memory:"), Enroller()).offer(said("a", is_stranger=False))


def test_somebody_is_greeted_once() -> None:
    people = People(Store(":memory:"), None)
    assert [people.greeting(who) for who in ("Ann", "Ann", None, "Bob")] == ["Hello Ann.", "", "", "Hello Bob."]


@pytest.mark.parametrize(
    ("nearest", "who", "is_stranger"),
    [
        (Nearest("Ann", 0.9, True), "Ann", False), (Nearest("Ann", 0.5, False, True), None, False),
        (Nearest("Ann", 0.1, False), None, True), (None, None, True),
    ],
)  # fmt: skip
def test_who_it_is_in_a_result(nearest: Nearest | None, who: str | None, is_stranger: bool) -> None:
    heard = heard_of(Result("a", 2.0, {"speaker": ANN}, nearest))
    assert (heard.who, heard.is_stranger) == (who, is_stranger)
    assert not heard_of(Result("a", 0.5, {"speaker": ANN}, nearest)).is_stranger  # too short to say
