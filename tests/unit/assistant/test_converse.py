"""A spoken conversation with an ear, a voice and a player that are made up: wake words, barge-in, stop, questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from allears.assistant.assistant import Assistant
from allears.assistant.barge_in import BargeIn
from allears.assistant.chat_events import Interrupted, Reminder, Replied, Understood, chat_event_as_json
from allears.assistant.converse import Conversation
from allears.assistant.gate import Gate
from allears.assistant.mouth import Mouth
from allears.assistant.skill import Ask, Reply, Skill
from allears.decode.answers import Word
from allears.keywords import KeywordHit
from allears.runtime.result import Result
from allears.runtime.stream import Stream
from tests.unit.assistant.test_mouth import FakePlayer, FakeVoice
from tests.unit.runtime.stream_fakes import RATE, FakeEar, said

GRAMMAR = """
intents:
  Count:
    data:
      - sentences: ["one two"]
  Which:
    data:
      - sentences: ["three"]
"""


class Ear(FakeEar):
    """Hears levels as words, and what the words command; `stop` is the word for the fourth level."""

    def __init__(self, assistant: Assistant, keywords: Sequence[tuple[float, float]] = ()) -> None:
        super().__init__()
        self._assistant = assistant
        listener = _Keywords(keywords) if keywords else None
        self.ear = replace(self.ear, words=self.words, hear=self.hear, keywords=listener)  # type: ignore[arg-type]

    def words(self, audio: np.ndarray) -> tuple[Word, ...]:
        return tuple(replace(word, text="stop" if word.text == "four" else word.text) for word in super().words(audio))

    def hear(self, audio: np.ndarray) -> Result:
        result = super().hear(audio)
        segments = tuple(replace(part, text=part.text.replace("four", "stop")) for part in result.segments)
        transcript = replace(result.answers["transcribe"], segments=segments)
        answers = {**result.answers, "transcribe": transcript}
        return replace(result, answers=answers, command=self._assistant.grammar.match(transcript.text))


class _Keywords:
    """Tells of keywords at given times (start, told)."""

    def __init__(self, times: Sequence[tuple[float, float]]) -> None:
        self._times = times

    def push(self, chunk: np.ndarray, state: Any, *, is_last: bool = False) -> tuple[tuple[KeywordHit, ...], float]:
        before = state or 0.0
        at = before + len(chunk) / RATE
        hits = [KeywordHit("computer", start, told, 0.9, 0.1, "examples") for start, told in self._times
                if before < told <= at]  # fmt: skip
        return tuple(hits), at


class World:
    """An assistant that counts, with all that is around it."""

    def __init__(
        self, *, is_always: bool = True, keywords: Sequence[tuple[float, float]] = (), barge_in: BargeIn = "words"
    ) -> None:
        self.ducked: list[bool] = []
        self.to_say = ["Your timer is over."]
        skill = Skill(
            "count", GRAMMAR,
            {"Count": lambda r: Reply("One is a number. Two is one."), "Which": lambda r: Reply("Which?",
             ask=Ask("x"))},
            duck=self.ducked.append, due=self._due,
        )  # fmt: skip
        self.player, self.voice = FakePlayer(), FakeVoice()
        self.assistant = Assistant([skill])
        mouth = Mouth(self.voice, self.player, is_waiting=True)
        stream = Stream(Ear(self.assistant, keywords).ear)
        gate = Gate(is_always=is_always)
        self.talk = Conversation(stream, self.assistant, mouth, gate, barge_in=barge_in)

    def _due(self) -> list[str]:
        now, self.to_say = self.to_say, []
        return now

    def hear(self, *parts: str | float) -> list[Any]:
        audio = said(*parts)
        return list(self.talk.run(audio[at : at + 1600] for at in range(0, len(audio), 1600)))


def of(kind: type | tuple[type, ...]) -> Callable[[list[Any]], list[Any]]:
    return lambda events: [event for event in events if isinstance(event, kind)]


replies, heard = of(Replied), of(Understood)


def test_a_command_is_understood_answered_and_timed() -> None:
    events = World().hear(0.5, "one", 0.1, "two", 1.5)
    (wish,), (reply,) = heard(events), replies(events)
    assert (wish.text, wish.intent, wish.is_accepted) == ("one two", "Count", True)
    assert (reply.text, reply.skill) == ("One is a number. Two is one.", "count")
    assert list(reply.took_ms) == ["silence", "hear", "after", "skill", "voice", "first audio"]
    assert 800 <= reply.took_ms["silence"] <= 1000
    assert chat_event_as_json(reply)["event"] == "reply"


def test_what_is_due_is_said_unasked() -> None:
    events = World().hear(0.5)
    assert [event.text for event in events if isinstance(event, Reminder)] == ["Your timer is over."]


def test_without_the_wake_word_nobody_is_answered() -> None:
    world = World(is_always=False)
    assert not heard(world.hear(0.5, "one", 0.1, "two", 1.5))
    assert world.voice.said == ["Your timer is over."]


def test_the_wake_word_opens_for_the_same_breath_and_for_one_wish() -> None:
    world = World(is_always=False, keywords=[(0.6, 1.1)])
    events = world.hear(0.5, "one", 0.1, "two", 1.5, "one", 0.1, "two", 1.5)
    assert [reply.text for reply in replies(events)] == ["One is a number. Two is one."]
    assert world.ducked == [True, False, False]


def test_a_question_keeps_it_open() -> None:
    world = World(is_always=False, keywords=[(0.6, 0.9)])
    events = world.hear(0.5, "three", 1.5, "two", 1.5)
    assert [wish.text for wish in heard(events)] == ["three", "two"]
    assert replies(events)[0].text == "Which?"


def play_then(world: World, *parts: str | float) -> list[Any]:
    """While a reply plays."""
    world.to_say = []
    world.talk._mouth.say("One two three four five.")
    return world.hear(*parts)


def test_other_words_stop_a_reply() -> None:
    world = World()
    world.talk._mouth.say("Anything at all.")
    events = world.hear(0.3, "one", 0.1, "two", 1.5)
    assert any(isinstance(event, Interrupted) for event in events)
    assert [wish.text for wish in heard(events)] == ["one two"]


def test_the_replys_own_words_neither_stop_it_nor_are_answered() -> None:
    world = World()
    events = play_then(world, 0.3, "one", 0.1, "two", 1.5)
    assert not any(isinstance(event, Interrupted) for event in events)
    assert not heard(events)
    assert world.player.is_playing


def test_stop_works_at_any_time_and_for_anybody() -> None:
    for barge_in in ("words", "off"):
        world = World(is_always=False, barge_in=barge_in)  # type: ignore[arg-type]
        events = play_then(world, 0.3, "four", 1.5)
        assert not world.player.is_playing
        assert all(not reply.text for reply in replies(events))


def test_with_a_headset_the_first_sound_of_speech_stops_it() -> None:
    world = World(barge_in="speech")
    world.to_say = []
    world.talk._mouth.say("One two three four five.")
    audio = said(0.3, "one", 0.1)
    events = list(world.talk.run([audio]))
    assert any(isinstance(event, Interrupted) for event in events)


def test_silence_and_noise_get_no_answer() -> None:
    assert not replies(World().hear(2.0))
