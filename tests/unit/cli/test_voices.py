"""`allears enroll`, `voices` and `forget`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from allears.cli.app import main
from allears.decode import Embedding, Spans
from allears.personal import KINDS, CorrectionStore, UserWord, WordStore
from tests.unit.cli.fakes import FakeSession, heard

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in KINDS:
        monkeypatch.delenv(f"ALLEARS_{kind.upper()}", raising=False)
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path))
    return tmp_path / "voices"


def test_a_voice_is_enrolled_listed_and_forgotten(session: FakeSession, audio_folder, capsys: Capture) -> None:
    folder = audio_folder("a.wav", "b.wav")
    assert main(["enroll", "Ann", str(folder)]) == 0
    assert capsys.readouterr().out == "enrolled Ann from 2 clips\n"
    assert set(session.asked[0]["tasks"]) == {"speaker", "speech"}, "nothing else has to be heard"
    model = ["--model", str(session.folder)]
    assert main(["voices", "--json", *model]) == 0
    (voice,) = json.loads(capsys.readouterr().out)["voices"]
    assert (voice["name"], voice["clips"], voice["model"], len(voice["id"])) == ("Ann", 2, "tiny 1", 32)
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


@pytest.fixture
def sounding(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    """A session that hears, in `30.wav`, a voice at an angle of 30 degrees."""

    def hear(source: str, **_: object) -> object:
        angle = np.deg2rad(float(Path(source).stem))
        return heard(source, answers={"speaker": Embedding(np.array([np.cos(angle), np.sin(angle)], np.float32))})

    monkeypatch.setattr(session, "hear", hear)
    return session


def test_an_odd_clip_is_named_and_nobody_enrolled(
    sounding: FakeSession, audio_folder, own_folder: Path, capsys: Capture
) -> None:
    folder = audio_folder("1.wav", "8.wav", "95.wav")
    files = [str(path) for path in sorted(folder.iterdir())]
    assert main(["enroll", "Ann", *files]) == 2
    error = capsys.readouterr().err
    assert "95.wav: sounds like somebody else than the others" in error and "1.wav" not in error
    assert not own_folder.exists() or not list(own_folder.iterdir())
    assert main(["enroll", "Ann", *files, "--force"]) == 0


def test_clips_are_added_and_a_near_voice_is_told(
    sounding: FakeSession, audio_folder, own_folder: Path, capsys: Capture
) -> None:
    folder = audio_folder("1.wav", "8.wav", "30.wav", "120.wav")
    assert main(["enroll", "Ann", str(folder / "1.wav"), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(["enroll", "ann", str(folder / "8.wav"), "--add", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {**first, "clips": 2}
    assert main(["enroll", "ann", str(folder / "120.wav"), "--add"]) == 2
    assert "120.wav: sounds like somebody else than Ann" in capsys.readouterr().err
    assert main(["enroll", "Ben", str(folder / "30.wav")]) == 0
    assert "Ann sounds much like Ben" in capsys.readouterr().err
    assert main(["enroll", "Carl", str(folder / "8.wav"), "--add"]) == 2
    assert "no voice 'Carl' is enrolled" in capsys.readouterr().err


def test_a_voice_gets_another_name_and_keeps_its_words(sounding: FakeSession, audio_folder, capsys: Capture) -> None:
    folder = audio_folder("1.wav")
    model = ["--model", str(sounding.folder)]
    assert main(["enroll", "Ann", str(folder)]) == 0
    assert main(["words", "add", "Bencze", "--voice", "ann", *model]) == 0
    assert main(["voices", "rename", "Ann", "Ágnes", *model]) == 0
    capsys.readouterr()
    assert main(["words", "list", *model]) == 0
    assert capsys.readouterr().out == "Bencze, when Ágnes speaks\n"
    (voice,) = WordStore().load()
    CorrectionStore().add(np.zeros(160, np.float32), "one", "won", voice=voice.voice)
    WordStore().add(UserWord("Everybody's"))
    assert main(["forget", "ágnes", "--json", *model]) == 0
    assert json.loads(capsys.readouterr().out) == {"forgot": "ágnes", "words": 1, "corrections": 1}
    assert [word.phrase for word in WordStore().load()] == ["Everybody's"]
    assert CorrectionStore().load() == ()


def test_confirming_teaches_a_borderline_and_refuses_a_stranger(
    sounding: FakeSession, audio_folder, capsys: Capture
) -> None:
    folder = audio_folder("0.wav", "62.wav", "120.wav")
    model = ["--model", str(sounding.folder)]
    assert main(["enroll", "Ann", str(folder / "0.wav")]) == 0
    assert main(["voices", "confirm", str(folder / "62.wav"), "ann", "--json", *model]) == 0
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (done["confirmed"], done["clips"]) == ("Ann", 2)
    assert main(["voices", "confirm", str(folder / "120.wav"), "ann"]) == 2
    assert "does not sound like Ann" in capsys.readouterr().err
