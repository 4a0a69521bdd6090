"""Speech: 501 without a voice; with a program as one, every format that OpenAI's client may ask for."""

from __future__ import annotations

import base64
import io
import json
import sys

import numpy as np
import pytest
import soundfile

from allears.runtime.onnx_file import ModelError
from allears.server.voice import CommandVoice, OwnVoice, voice_for
from tests.unit.server.live import running
from tests.unit.tiny_voice import write_tiny_voice

openai = pytest.importorskip("openai")

PROGRAM = """\
import io, sys, numpy, soundfile
text = sys.stdin.read()
if text == "fail": sys.exit("no such word")
file = io.BytesIO()
tone = 0.45 * numpy.sin(numpy.arange(1600 * len(text)) * 0.17)
soundfile.write(file, tone, 16000, format="WAV")
sys.stdout.buffer.write(b"nothing" if text == "garbage" else file.getvalue())
"""


@pytest.fixture(scope="module")
def speaking(tmp_path_factory):
    path = tmp_path_factory.mktemp("voice") / "speak.py"
    path.write_text(PROGRAM)
    with running(more={"voice": CommandVoice(f"{sys.executable} {path}")}) as live:
        yield live


def test_without_a_voice_it_is_501_and_says_how(live) -> None:
    reply = live.http.post("/audio/speech", json={"input": "Hello", "model": "tiny", "voice": "any"})
    assert reply.status_code == 501
    assert "--voice-command" in reply.json()["error"]["next"]


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus", "pcm"])
def test_every_format_has_the_length_of_what_was_said(speaking, kind) -> None:
    with openai.OpenAI(base_url=speaking.v1, api_key="none") as client:
        sound = client.audio.speech.create(model="whisper-1", voice="any", input="ten letter", response_format=kind)
    raw = {"format": "RAW", "subtype": "PCM_16", "samplerate": 24_000, "channels": 1} if kind == "pcm" else {}
    samples, rate = soundfile.read(io.BytesIO(sound.content), **raw)
    assert rate in (24_000, 48_000)  # Opus is always read at 48 kHz
    assert len(samples) / rate == pytest.approx(1.0, abs=0.1)
    assert np.median(np.abs(samples)) == pytest.approx(0.3, abs=0.1)


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"input": ""}, 422), ({"input": "a", "response_format": "aac"}, 422), ({"input": "a", "speed": 9}, 422),
     ({"input": "x" * 5000}, 422), ({"input": "fail"}, 500), ({"input": "garbage"}, 500)],
)  # fmt: skip
def test_what_cannot_be_said(speaking, asked, status) -> None:
    reply = speaking.http.post("/audio/speech", json=asked)
    assert reply.status_code == status
    assert reply.json()["error"]["message"]


def test_a_program_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="not installed"):
        CommandVoice("no-such-program --stdout")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_tiny_voice(tmp_path_factory.mktemp("voice") / "tiny")


@pytest.fixture(scope="module")
def own(folder):
    with running(more={"voice": OwnVoice(folder)}) as live:
        yield live


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus", "pcm"])
def test_its_own_voice_speaks_every_format(own, kind) -> None:
    asked = {"input": "Hello world. Hello cat.", "voice": "ben", "response_format": kind}
    reply = own.http.post("/audio/speech", json=asked)
    assert reply.status_code == 200
    raw = {"format": "RAW", "subtype": "PCM_16", "samplerate": 24_000, "channels": 1} if kind == "pcm" else {}
    samples, rate = soundfile.read(io.BytesIO(reply.content), **raw)
    assert len(samples) / rate == pytest.approx((15 + 13) * 0.05, abs=0.1)


def test_speed_and_events(own) -> None:
    usual, fast = (
        own.http.post("/audio/speech", json={"input": "Hello.", "response_format": "pcm", "speed": speed}).content
        for speed in (1.0, 2.0)
    )
    assert len(usual) == 2 * len(fast) > 0
    asked = {"input": "Hello. World.", "response_format": "pcm", "stream_format": "sse", "instructions": "softly"}
    reply = own.http.post("/audio/speech", json=asked)
    events = [json.loads(line.removeprefix("data: ")) for line in reply.text.splitlines() if line]
    assert [each["type"] for each in events] == ["speech.audio.delta", "speech.audio.delta", "speech.audio.done"]
    assert base64.b64decode(events[0]["audio"]) == usual  # a sentence an event
    assert reply.headers["X-Allears-Ignored"] == "instructions"


def test_an_error_in_the_middle_of_a_stream_is_an_event(own) -> None:
    asked = {"input": "Hello. X" + "x" * 60, "response_format": "pcm", "stream_format": "sse"}
    events = [json.loads(line[6:]) for line in own.http.post("/audio/speech", json=asked).text.splitlines() if line]
    assert [each["type"] for each in events] == ["speech.audio.delta", "error"]
    assert "61 letters" in events[1]["error"]["message"]


def test_the_names_of_openai_are_somebody_here(own) -> None:
    ann, alloy = (
        own.http.post("/audio/speech", json={"input": "Hello.", "response_format": "pcm", "voice": name})
        for name in ("ann", "alloy")
    )
    assert (alloy.status_code, alloy.content) == (200, ann.content)


@pytest.mark.parametrize(
    ("asked", "says"),
    [({"input": "Hello", "voice": "nobody"}, "allowed: ann, ben, cat, dominique"),
     ({"input": "Hello", "speed": 4.0}, "speed must be 0.5 to 2"),
     ({"input": "..."}, "nothing in"), ({"input": "...", "response_format": "pcm"}, "nothing in")],
)  # fmt: skip
def test_what_its_own_voice_refuses(own, asked, says) -> None:
    reply = own.http.post("/audio/speech", json=asked)
    assert reply.status_code == 400
    assert says in reply.json()["error"]["message"]


def test_which_voice_speaks(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("ALLEARS_VOICE_MODEL", raising=False)
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", tmp_path / "none")
    assert voice_for(None, None) is None
    assert isinstance(voice_for(f"{sys.executable} -V", None), CommandVoice)
    assert isinstance(voice_for(None, folder), OwnVoice)
    monkeypatch.setenv("ALLEARS_VOICE_MODEL", str(folder))
    assert isinstance(voice_for(None, None), OwnVoice)
    with pytest.raises(ValueError, match="two voices"):
        voice_for("espeak-ng", folder)
    with pytest.raises(ModelError, match="no voice folder"):
        voice_for(None, tmp_path / "other")
