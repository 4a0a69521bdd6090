"""Replies are spoken sentence by sentence, and are quiet at once."""

from __future__ import annotations

import threading
import time

import numpy as np

from allears.assistant.manners import Manner
from allears.assistant.mouth import Mouth
from allears.assistant.voice import VoiceError


class FakeVoice:
    """A sample a letter; waits before all sentences but the first, where it is told to."""

    sample_rate = 16_000

    def __init__(self, go: threading.Event | None = None) -> None:
        self.said: list[str] = []
        self._go = go

    def say(self, text: str) -> np.ndarray:
        if self._go is not None and self.said:
            self._go.wait(5)
        self.said.append(text)
        if text == "Bad.":
            raise VoiceError("no")
        return np.ones(len(text), np.float32)


class FakePlayer:
    """Plays until it is told to stop."""

    def __init__(self) -> None:
        self.waiting: list[np.ndarray] = []

    @property
    def is_playing(self) -> bool:
        return bool(self.waiting)

    def play(self, samples: np.ndarray, sample_rate: int) -> None:
        self.waiting.append(samples)

    def stop(self) -> None:
        self.waiting = []


def test_a_reply_is_spoken_in_sentences_as_loud_as_the_manner_says() -> None:
    player = FakePlayer()
    assert Mouth(FakeVoice(), player, is_waiting=True).say("One. Two three!", Manner(gain=0.5))
    assert [(len(piece), piece[0]) for piece in player.waiting] == [(4, 0.5), (10, 0.5)]


def test_stop_forgets_what_was_not_spoken_yet() -> None:
    go, player = threading.Event(), FakePlayer()
    voice = FakeVoice(go)
    mouth = Mouth(voice, player)
    assert mouth.say("One. Two. Three.")
    assert mouth.is_speaking
    assert mouth.said == "One. Two. Three."
    assert mouth.stop()
    go.set()
    until = time.monotonic() + 5
    while len(voice.said) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(0.02)
    assert player.waiting == []
    assert voice.said == ["One.", "Two."]  # the second was begun, and is not played
    assert not mouth.stop()


def test_without_a_voice_it_is_silent() -> None:
    player = FakePlayer()
    assert not Mouth(None, player).say("One.")
    assert not player.is_playing


def test_what_cannot_be_spoken_is_logged(caplog: object) -> None:
    assert not Mouth(FakeVoice(), FakePlayer(), is_waiting=True).say("Bad.")
    assert "no" in caplog.text  # type: ignore[attr-defined]
