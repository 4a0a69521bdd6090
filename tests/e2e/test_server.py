"""The server with the model that ships, on the demo clip, asked by OpenAI's client, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import allears

pytest.importorskip("fastapi", reason="the extra `server` is not installed")
openai = pytest.importorskip("openai")
httpx = pytest.importorskip("httpx")

from tests.unit.server.live import wait_for  # noqa: E402

DEMO = Path(allears.__file__).parent / "assets" / "demo.flac"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home = {"ALLEARS_HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, "-m", "allears", "serve", "--port", "0", "--json", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **home}) as process:
        try:
            address = json.loads(process.stdout.readline())["url"]
            wait_for(lambda: httpx.get(f"{address}/health/live").status_code == 200)
            wait_for(lambda: httpx.get(f"{address}/health").status_code == 200, 60)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) in (0, -signal.SIGTERM)


def test_words_with_times(url) -> None:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none") as client:
        reply = client.audio.transcriptions.create(
            file=DEMO, model="whisper-1", response_format="verbose_json", timestamp_granularities=["word"]
        )
        streamed = list(client.audio.transcriptions.create(file=DEMO, model="whisper-1", stream=True))
    assert reply.language == "english"
    assert len(reply.words) > 5
    assert reply.words[-1].end <= reply.duration
    assert streamed[-1].text == reply.text
    assert "".join(event.delta for event in streamed[:-1]) == reply.text


def test_everything_else(url) -> None:
    reply = httpx.post(f"{url}/v1/analyze", files={"file": DEMO.read_bytes()}, timeout=60).json()
    assert reply["text"]
    assert len(reply["speaker"]["embedding"]) == 192
    assert {"emotion", "gender"} <= reply["answers"].keys()


def test_who_spoke(url) -> None:
    reply = httpx.post(f"{url}/v1/audio/diarization", files={"file": DEMO.read_bytes()}, timeout=60)
    assert reply.json()["segments"][0]["speaker"] == "SPEAKER_00"


def test_realtime(url) -> None:
    import base64

    import soundfile
    import soxr

    samples, rate = soundfile.read(DEMO, dtype="float32")
    pcm = (soxr.resample(samples[: 4 * rate], rate, 24_000) * 32767).astype("<i2")
    with (
        openai.OpenAI(base_url=f"{url}/v1", api_key="none") as client,
        client.realtime.connect(model="whisper-1", extra_query={"intent": "transcription"}) as connection,
    ):
        for at in range(0, len(pcm), 4_800):
            connection.input_audio_buffer.append(audio=base64.b64encode(pcm[at : at + 4_800].tobytes()).decode())
        connection.input_audio_buffer.commit()
        kinds = []
        while not kinds or not kinds[-1].endswith("completed"):
            event = connection.recv()
            kinds.append(event.type)
    assert event.transcript
    assert kinds[1] == "input_audio_buffer.speech_started"
