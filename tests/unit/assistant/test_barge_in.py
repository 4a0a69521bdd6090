"""Who speaks into a reply is heard; the reply itself is not."""

from __future__ import annotations

import pytest

from allears.assistant.barge_in import interrupts, is_echo
from allears.decode.answers import Word
from allears.runtime.stream_events import Partial, SpeechStart

SAID = "In Oslo it is clear and 5 degrees."


def partial(text: str) -> Partial:
    return Partial(1.0, 0.0, (), tuple(Word(word, 0.0, 0.1, 1.0) for word in text.split()))


@pytest.mark.parametrize(
    ("text", "mode", "is_stopped"),
    [
        ("in oslo it is", "words", False), ("no wait", "words", True), ("and tomorrow", "words", False),
        ("in oslo", "speech", True), ("no wait", "off", False), ("Stop.", "off", True), ("stop", "words", True),
    ],
)  # fmt: skip
def test_words_interrupt(text: str, mode: str, is_stopped: bool) -> None:
    assert interrupts(partial(text), SAID, mode) is is_stopped  # type: ignore[arg-type]


def test_any_speech_interrupts_where_there_is_no_echo() -> None:
    assert interrupts(SpeechStart(1.0, 0.9), SAID, "speech")
    assert not interrupts(SpeechStart(1.0, 0.9), SAID, "words")


def test_an_echo_is_known() -> None:
    assert is_echo("in Oslo it's clear and five degrees", SAID)
    assert not is_echo("what is the time", SAID)
    assert not is_echo("anything", "")
