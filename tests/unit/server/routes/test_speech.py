"""Speech: 501 without a voice; with a program as one, every format that OpenAI's client may ask for."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
import soundfile

from allears.server.voice import CommandVoice
from tests.unit.server.live import running

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
