"""The ear with the model that ships, on the first seconds of the demo clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import allears
from allears import Session
from allears.audio import read_audio
from allears.meeting.ear import MeetingEar
from allears.runtime.overheard import Pass

DEMO = Path(allears.__file__).parent / "assets" / "demo.flac"
LATER_S = 100.0


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(num_threads=1)


@pytest.fixture(scope="module")
def audio() -> np.ndarray:
    return read_audio(DEMO, duration_s=4.0)


def test_pieces_have_voices_and_lie_in_the_chunk(session: Session, audio: np.ndarray) -> None:
    chunk = MeetingEar(session, has_text=False).hear(audio, LATER_S)
    assert chunk.segments == ()
    assert len(chunk.pieces) >= 2
    assert chunk.pieces.min() >= LATER_S
    assert chunk.pieces.max() <= chunk.end_s == LATER_S + 4.0
    assert chunk.vectors.shape == (len(chunk.pieces), 192)
    assert np.allclose(np.linalg.norm(chunk.vectors, axis=1), 1.0, atol=1e-5)
    assert chunk.speech[0].start_s >= LATER_S


def test_the_encoder_runs_once_for_words_voices_and_moods(
    session: Session, audio: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[Pass] = []
    told = session.overheard
    monkeypatch.setattr(session, "overheard", lambda on_pass: told(lambda one: (passes.append(one), on_pass(one))))
    chunk = MeetingEar(session, language="en").hear(audio, LATER_S)
    assert len(passes) == 1
    assert chunk.moods.shape == (len(chunk.pieces), 7)
    assert chunk.segments[0].start_s >= LATER_S
    assert chunk.segments[0].words[0].start_s >= LATER_S


def test_silence_has_no_pieces(session: Session) -> None:
    chunk = MeetingEar(session, has_text=False).hear(np.zeros(16_000, np.float32), 0.0)
    assert chunk.pieces.shape == (0, 2)
    assert len(chunk.vectors) == len(chunk.moods) == 0


def test_the_session_itself_tells_nobody(session: Session) -> None:
    passes: list[Pass] = []
    session.overheard(passes.append)
    session.hear(np.zeros(16_000, np.float32), tasks=["speech"])
    assert passes == []
