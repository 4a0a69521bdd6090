"""A whole turn from sound: a spoken wish, heard by the model that ships, done by a skill, answered aloud."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from allears import Session
from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.chat_events import Replied, Understood
from allears.assistant.converse import Conversation
from allears.assistant.gate import Gate
from allears.assistant.mouth import Mouth
from allears.assistant.player import Recorder
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.store import Store
from allears.assistant.voice import CommandVoice
from allears.audio import SAMPLE_RATE
from allears.commands import Grammar
from allears.runtime.endpoint import EndpointOptions
from allears.runtime.model_folder import DEFAULT_MODEL
from allears.runtime.stream_events import Final
from allears.runtime.stream_options import StreamOptions

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(not (DEFAULT_MODEL / "SHA256SUMS").exists(), reason="this checkout has no weights"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: nobody says the wish"),
]


def spoken(text: str) -> np.ndarray:
    voice = CommandVoice("espeak-ng -s 150 -w {out} {text}")
    pause = np.zeros(SAMPLE_RATE, np.float32)
    return np.concatenate([pause, voice.say(text), pause, pause])


def test_a_spoken_wish_is_fulfilled_and_answered_aloud() -> None:
    store, recorder = Store(":memory:"), Recorder()
    assistant = Assistant(build_skills(Tools(store, Settings())))
    options = StreamOptions(endpoint=EndpointOptions(min_silence_s=0.5), partial_every_s=0.0)
    session = Session(DEFAULT_MODEL, num_threads=1)
    stream = session.stream(tasks=["transcribe"], language="en", commands=assistant.grammar, options=options)
    mouth = Mouth(CommandVoice("espeak-ng --stdin -w {out}"), recorder, is_waiting=True)
    talk = Conversation(stream, assistant, mouth, Gate(is_always=True))
    audio = spoken("Set a timer for ten minutes.")
    events = list(talk.run(audio[at : at + 1600] for at in range(0, len(audio), 1600)))
    (wish,) = [event for event in events if isinstance(event, Understood)]
    (reply,) = [event for event in events if isinstance(event, Replied)]
    assert (wish.intent, dict(wish.values)) == ("HassStartTimer", {"minutes": 10})
    assert reply.text == "Timer set for 10 minutes."
    assert store.rows("SELECT length_s FROM timers") == [(600.0,)]
    assert sum(len(samples) for samples, _ in recorder.pieces) > SAMPLE_RATE / 2


def test_the_demo_grammar_understands_a_spoken_wish_in_a_stream() -> None:
    grammar = Grammar.load(ROOT / "docs" / "examples" / "commands.yaml")
    options = StreamOptions(partial_every_s=0.0)
    stream = Session(DEFAULT_MODEL, num_threads=1).stream(
        tasks=["transcribe"], language="en", commands=grammar, options=options
    )
    events = [*stream.feed(spoken("Turn on the kitchen light.")), *stream.finish()]
    (final,) = [event for event in events if isinstance(event, Final)]
    assert final.result.command is not None
    assert final.result.command.is_accepted
    assert final.result.command.values == {"state": "on", "room": "kitchen"}
