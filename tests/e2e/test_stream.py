"""The model that comes with allears hears the demo clip as a stream as it hears it as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import allears
from allears import Session
from allears.audio import SAMPLE_RATE, read_audio
from allears.runtime.model_folder import DEFAULT_MODEL
from allears.runtime.stream_events import Final, Partial

DEMO = Path(allears.__file__).parent / "assets" / "demo.flac"


@pytest.mark.skipif(not (DEFAULT_MODEL / "SHA256SUMS").exists(), reason="this checkout has no weights")
def test_a_stream_is_heard_as_its_samples_are() -> None:
    audio = np.concatenate([np.zeros(SAMPLE_RATE // 3, np.float32), read_audio(DEMO)[: 3 * SAMPLE_RATE]])
    session = Session(DEFAULT_MODEL, num_threads=1, tasks=["transcribe"])
    stream = session.stream(language="en")
    events = [*stream.feed(audio[:SAMPLE_RATE]), *stream.feed(audio[SAMPLE_RATE:]), *stream.finish()]
    finals = [event for event in events if isinstance(event, Final)]
    assert finals
    for final in finals:
        begin = round(final.offset_s * SAMPLE_RATE)
        same = session.hear(audio[begin : begin + round(final.result.duration_s * SAMPLE_RATE)], language="en")
        assert final.result.text == same.text
    assert "evening" in finals[0].result.text.lower()
    assert any(event.stable for event in events if isinstance(event, Partial))
