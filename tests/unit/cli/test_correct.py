"""`allears correct`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli.app import main
from allears.decode import Segment, Spans, Transcript
from allears.personal import CorrectionStore
from tests.unit.cli.fakes import FakeSession, heard

Capture = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def clip(tmp_path: Path, session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clip in which `call sabo agnesh` is heard."""
    answers = {**heard("a").answers, "transcribe": Transcript((Segment(0.0, 1.0, "call sabo agnesh"),), "en")}
    monkeypatch.setattr(session, "hear", lambda source, **_: replace(heard(source, answers=answers), nearest=None))
    return _write(tmp_path / "a.wav", 0.1)


def _write(path: Path, level: float) -> Path:
    soundfile.write(path, np.full(1600, level, np.float32), 16_000)
    return path


def test_a_correction_teaches_a_name_and_twice_a_rule(clip: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["correct", str(clip), "Call Szabó Ágnes."]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "heard 'call sabo agnesh', said 'Call Szabó Ágnes.'",
        "expected from now on: Szabó Ágnes",
        "sabo agnesh -> Szabó Ágnes: once; a second clip makes it a rule",
    ]
    assert main(["correct", str(clip), "Call Szabó Ágnes."]) == 0
    assert "once; a second clip" in capsys.readouterr().out, "the same clip again is no second one"
    assert main(["correct", str(_write(tmp_path / "b.wav", 0.2)), "Call Szabó Ágnes.", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["misreadings"] == [{"heard": "sabo agnesh", "written": "Szabó Ágnes", "count": 2}]
    assert main(["words", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Szabó Ágnes (from a correction)",
        "sabo agnesh -> Szabó Ágnes (2 corrections)",
    ]


def test_undo_forgets_what_was_taught(clip: Path, home: Path, capsys: Capture) -> None:
    assert main(["correct", str(clip), "Call Szabó Ágnes."]) == 0
    assert main(["correct", "--undo"]) == 0
    assert capsys.readouterr().out.endswith("undid 'Call Szabó Ágnes.'\n")
    assert not list((home / "corrections").iterdir())
    assert main(["correct", "--undo"]) == 2
    assert "there is no correction" in capsys.readouterr().err


def test_what_was_heard_right_is_kept_and_said(clip: Path, capsys: Capture) -> None:
    assert main(["correct", str(clip), "Call sabo agnesh!"]) == 0
    assert "it was heard right" in capsys.readouterr().out
    assert len(CorrectionStore().load()) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["{clip}", ""], "a correction needs what was said"),
        (["{clip}", "?!"], "a correction needs what was said"),
        (["{clip}"], "give a clip and what was said in it, or --undo"),
        ([], "give a clip and what was said in it, or --undo"),
        (["{clip}", "hello", "--undo"], "give a clip and what was said in it, or --undo"),
        (["missing.wav", "hello"], "missing.wav does not exist"),
        (["{clip}", "hello", "--voice", "bob"], "no voice 'bob' is enrolled"),
    ],
)
def test_bad_input_keeps_nothing(clip: Path, home: Path, given: list[str], message: str, capsys: Capture) -> None:
    assert main(["correct", *(part.format(clip=clip) for part in given)]) == 2
    assert message in capsys.readouterr().err
    assert not (home / "corrections").exists()


def test_silence_and_long_clips_teach_nothing(
    clip: Path, home: Path, session: FakeSession, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    silent = {**heard("a").answers, "speech": Spans((), np.zeros(1), 0.02)}
    monkeypatch.setattr(session, "hear", lambda source, **_: heard(source, answers=silent))
    assert main(["correct", str(clip), "hello"]) == 2
    assert "nobody speaks in it" in capsys.readouterr().err
    monkeypatch.setattr(session, "hear", lambda source, **_: heard(source, duration_s=61.0))
    assert main(["correct", str(clip), "hello"]) == 2
    assert "lasts 61 s, a correction is of 60 s at most" in capsys.readouterr().err
    assert not home.exists()
