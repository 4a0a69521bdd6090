"""The ear with the model that ships, on the first seconds of the demo clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import allears
from allears import Session
from allears.audio import read_audio
from allears.decode.answers import Span, Spans
from allears.meeting.ear import MeetingEar
from allears.runtime.overheard import OnPass, Pass
from allears.runtime.result import Result
from allears.spec import ModelSpec, Resolution, TaskSpec

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


class _TurnsSession:
    """A session whose model tells turns: A talks in the first half of what it hears, B in the other."""

    spec = ModelSpec("m", "1", 16_000, 0.02, 0.0, 28.0, 1, 2, (
        TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}),
        TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding"}),
        TaskSpec("turns", Resolution.FRAME, {"kind": "turns", "window_frames": 500}, ("none", "A", "B")),
    ))  # fmt: skip

    def load(self, tasks: list[str]) -> None:
        assert set(tasks) == {"speech", "speaker", "turns"}

    def overheard(self, on_pass: OnPass) -> _TurnsSession:
        self.on_pass = on_pass
        return self

    def hear(self, audio: np.ndarray, **options: Any) -> Result:
        del options
        count = len(audio) // 320
        layers = np.zeros((1, 1, count + 7, 2), np.float32)
        layers[0, 0, : count // 2, 0] = layers[0, 0, count // 2 :, 1] = 1.0

        def head(name: str, heard: np.ndarray) -> np.ndarray:
            mean = heard[0, 0]
            return np.pad(9.0 * mean, ((0, 0), (1, 0))) if name == "turns" else mean.mean(axis=0)

        self.on_pass(Pass(audio, layers, 320, head))
        speech = Spans((Span(0.0, len(audio) / 16_000),), np.ones(count, np.float32), 0.02)
        return Result("made", len(audio) / 16_000, {"speech": speech}, model=self.spec.name)


def test_a_model_that_tells_turns_is_heard_in_windows() -> None:
    chunk = MeetingEar(cast(Session, _TurnsSession()), has_text=False).hear(np.zeros(16_000 * 15, np.float32), LATER_S)
    assert [window.start_s for window in chunk.windows] == [LATER_S, LATER_S + 2.5, LATER_S + 5.0]
    assert [window.alone_s.tolist() for window in chunk.windows] == [
        pytest.approx([7.5, 2.5], abs=0.03), pytest.approx([5.0, 5.0], abs=0.03), pytest.approx([2.5, 7.5], abs=0.03),
    ]  # fmt: skip
    assert chunk.windows[1].vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_model_that_does_not_has_none(session: Session) -> None:
    assert MeetingEar(session, has_text=False).hear(np.zeros(16_000, np.float32), 0.0).windows == ()
