"""The whole assistant with an ear that needs no model: chunks, memory of a crash, minutes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.meeting import Meeting
from allears.meeting.formats.json_ import as_json
from allears.runtime.voices import Voices
from tests.unit.cli.fakes import SPEC, FakeSession
from tests.unit.meeting.made import FakeEar

MINUTE = 60 * 16_000

CRASH = """
import os, signal, sys
from pathlib import Path
from allears.meeting import Meeting
from tests.unit.meeting.test_meeting import meeting
from tests.unit.meeting.made import FakeEar

class Dying(FakeEar):
    def hear(self, audio, start_s, past=()):
        if len(self.starts) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().hear(audio, start_s, past)

meeting(Path(sys.argv[1]), Dying()).hear(sys.argv[2], work=Path(sys.argv[3]))
"""


def meeting(folder: Path, ear: FakeEar) -> Meeting:
    """A meeting with a fake session and no voices enrolled."""
    session = FakeSession(folder)
    return Meeting(session, voices=_nobody(folder), ear=ear)  # type: ignore[arg-type]


def _nobody(folder: Path) -> Voices:
    return Voices(folder, replace(SPEC), ())


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """100 s whose level changes every 10 s."""
    rng = np.random.default_rng(0)
    levels = np.repeat([0.02, 0.3, 0.1, 0.02, 0.3] * 2, 10 * 16_000)
    soundfile.write(tmp_path / "a.wav", levels * rng.uniform(-1, 1, len(levels)), 16_000)
    return tmp_path / "a.wav"


def test_chunks_follow_each_other_without_a_gap(tmp_path: Path, recording: Path) -> None:
    ear, seen = FakeEar(), []
    minutes = meeting(tmp_path, ear).hear(recording, on_progress=lambda done, total: seen.append((done, total)))
    assert ear.starts[0] == 0
    assert [done for done, _ in seen[:-1]] == pytest.approx(ear.starts[1:])
    assert seen[-1] == (100.0, 100.0)
    assert minutes.duration_s == 100.0
    assert minutes.turns
    assert {turn.speaker for turn in minutes.turns} <= set(minutes.names)


def test_work_goes_on_after_an_interruption(tmp_path: Path, recording: Path) -> None:
    whole = meeting(tmp_path, FakeEar()).hear(recording)
    with pytest.raises(KeyboardInterrupt):
        meeting(tmp_path, FakeEar(dies_at=2)).hear(recording, work=tmp_path / "w")
    ear = FakeEar()
    again = meeting(tmp_path, ear).hear(recording, work=tmp_path / "w", is_resumed=True)
    assert ear.starts
    assert ear.starts[0] > 0
    assert as_json(again) == as_json(whole)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_killed_in_the_middle_the_minutes_are_the_same(tmp_path: Path, recording: Path) -> None:
    root = Path(__file__).parents[3]
    path = os.pathsep.join([str(root / "src"), str(root)])
    killed = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path), str(recording), str(tmp_path / "w")],
        env={**os.environ, "PYTHONPATH": path}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(list((tmp_path / "w").glob("chunk-*.npz"))) == 2
    again = meeting(tmp_path, FakeEar()).hear(recording, work=tmp_path / "w", is_resumed=True)
    assert as_json(again) == as_json(meeting(tmp_path, FakeEar()).hear(recording))


def test_a_changed_recording_is_not_gone_on_with(tmp_path: Path, recording: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        meeting(tmp_path, FakeEar(dies_at=1)).hear(recording, work=tmp_path / "w")
    soundfile.write(recording, np.zeros(MINUTE), 16_000)
    with pytest.raises(ValueError, match="holds work of something else"):
        meeting(tmp_path, FakeEar()).hear(recording, work=tmp_path / "w", is_resumed=True)


def test_a_model_without_speaker_is_refused(tmp_path: Path) -> None:
    session = FakeSession(tmp_path)
    session.spec = replace(SPEC, tasks=SPEC.tasks[:2])
    with pytest.raises(ValueError, match="no task speaker"):
        Meeting(session)  # type: ignore[arg-type]
