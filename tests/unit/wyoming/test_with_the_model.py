"""The model that ships, asked over the protocol: words, and what else the same pass heard."""

from __future__ import annotations

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("hassil", reason="the extra `commands` is not installed")

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from allears import Session
from allears.audio import read_audio
from tests.unit.wyoming.live import answering, demo_clip, mind_of, scenario

RATE = 16_000


@scenario
async def test_a_command_is_heard_while_it_comes() -> None:
    audio = np.concatenate([read_audio(demo_clip())[: 3 * RATE], np.zeros(RATE, np.float32)])
    pcm = (audio * 32767).astype("<i2").tobytes()
    chunks = [AudioChunk(RATE, 2, 1, pcm[at : at + 16_000]).event() for at in range(0, len(pcm), 16_000)]
    async with answering(session=Session(num_threads=1), mind=mind_of()) as port:
        events = await port.ask(
            Transcribe(language="en").event(), AudioStart(RATE, 2, 1).event(), *chunks, AudioStop().event(),
            until="transcript-stop",
        )  # fmt: skip
        transcript = Transcript.from_event(events[-2])
        assert len(transcript.text.split()) >= 3
        assert transcript.context is not None
        assert {"emotion", "language"} <= transcript.context.keys()
        heard = port.service._house.kept.take(transcript.text)
        assert heard is not None
        assert heard.voice is not None, "who speaks was heard in the same pass"
