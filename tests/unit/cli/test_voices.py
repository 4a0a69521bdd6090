"""`allears enroll`, `voices` and `forget`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from allears.cli.app import main
from allears.decode import Spans
from tests.unit.cli.fakes import FakeSession, heard

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLEARS_VOICES", str(tmp_path / "voices"))
    return tmp_path / "voices"


def test_a_voice_is_enrolled_listed_and_forgotten(session: FakeSession, audio_folder, capsys: Capture) -> None:
    folder = audio_folder("a.wav", "b.wav")
    assert main(["enroll", "Ann", str(folder)]) == 0
    assert capsys.readouterr().out == "enrolled Ann from 2 clips\n"
    assert set(session.asked[0]["tasks"]) == {"speaker", "speech"}, "nothing else has to be heard"
    model = ["--model", str(session.folder)]
    assert main(["voices", "--json", *model]) == 0
    assert json.loads(capsys.readouterr().out)["voices"] == [{"name": "Ann", "clips": 2, "model": "tiny 1"}]
    assert main(["forget", "ann", *model]) == 0
    assert main(["voices", *model]) == 0
    assert "nobody is enrolled" in capsys.readouterr().out


def test_one_bad_clip_enrolls_nobody(session: FakeSession, audio_folder, own_folder: Path, capsys: Capture) -> None:
    assert main(["enroll", "Ann", str(audio_folder("a.wav", "bad.wav"))]) == 2
    assert "it is no audio" in capsys.readouterr().err
    assert not own_folder.exists()


def test_silence_is_no_voice(session: FakeSession, audio_folder, monkeypatch, capsys: Capture) -> None:
    silent = {**heard("a.wav").answers, "speech": Spans((), np.zeros(1), 0.02)}
    monkeypatch.setattr(session, "hear", lambda source, **_: heard(source, answers=silent))
    assert main(["enroll", "Ann", str(audio_folder("a.wav"))]) == 2
    assert "nobody speaks in it" in capsys.readouterr().err


def test_forgetting_somebody_unknown_names_those_there_are(model_folder: Path, capsys: Capture) -> None:
    assert main(["forget", "Bob", "--model", str(model_folder)]) == 2
    assert "no voice 'Bob'" in capsys.readouterr().err
