"""`allears keyword`."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import soundfile

from allears.cli import _session, keyword
from allears.cli.app import main
from allears.keywords import background
from tests.unit.keywords.conftest import TableParts, audio_of, spec
from tests.unit.keywords.test_enrol import SAID, recording
from tests.unit.keywords.test_spotter import AROUND

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = SimpleNamespace(spec=spec())
    tails = {"examples": {"model": "table 1", "score": (0.45, 0.0), "per_decade": 0.01, "hours": 1.0}}
    monkeypatch.setattr(background, "_measured", lambda: tails)
    monkeypatch.setattr(_session, "open_folder", lambda args: folder)
    monkeypatch.setattr(keyword, "_parts", lambda args: (folder, TableParts()))
    monkeypatch.setenv("ALLEARS_KEYWORDS", str(tmp_path / "keywords"))
    return tmp_path / "keywords"


def write(path: Path, audio) -> str:
    soundfile.write(path, audio, 16_000)
    return str(path)


def test_a_keyword_is_added_found_listed_and_removed(tmp_path: Path, own_folder: Path, capsys: Capture) -> None:
    examples = [write(tmp_path / f"{n}.wav", recording(*SAID, before=20 + n)) for n in range(3)]
    assert main(["keyword", "add", "word", *examples]) == 0
    assert capsys.readouterr().out == "added word: 3 recordings, 0.1 false accepts an hour\n"
    talk = write(tmp_path / "talk.wav", audio_of(*AROUND, *SAID, *AROUND))
    assert main(["keyword", "find", talk, "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    assert (hit["keyword"], hit["by"]) == ("word", "examples")
    assert hit["start_s"] == pytest.approx(0.2, abs=0.09)
    assert main(["keyword", "find", talk]) == 0
    assert capsys.readouterr().out.startswith(f"{talk}\t0.")
    assert main(["keyword", "list", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["keywords"]] == ["word"]
    assert main(["keyword", "remove", "Word"]) == 0
    assert main(["keyword", "list"]) == 0
    assert "there is no keyword" in capsys.readouterr().out
    assert list(own_folder.iterdir()) == []


def test_a_spelling_without_a_threshold_is_not_added(own_folder: Path, capsys: Capture) -> None:
    assert main(["keyword", "add", "cat", "--spelling", "cat"]) == 2
    assert "no threshold is known for 'cat' by its spelling" in capsys.readouterr().err
    assert not own_folder.exists()


def test_a_spelling_that_could_never_be_heard_is_not_added(
    own_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    spelt = {"model": "table 1", "score": (-0.5, 0.0), "per_decade": 0.6, "hours": 1.0}
    shipped = {**background._measured(), "spelling": spelt}
    monkeypatch.setattr(background, "_measured", lambda: shipped)
    assert main(["keyword", "add", "cat", "--spelling", "cat"]) == 2
    assert "'cat' would never be heard by its spelling: at 0.1 false accepts" in capsys.readouterr().err
    assert not own_folder.exists()
    assert main(["keyword", "add", "cat", "--spelling", "cat", "--false-accepts-per-hour", "1"]) == 0
    example = write(tmp_path / "a.wav", recording(*SAID))
    capsys.readouterr()
    assert main(["keyword", "add", "cat", example, "--spelling", "cat"]) == 0, "its recording can be heard"
    assert "never be heard by its spelling" in capsys.readouterr().err


def test_the_own_background_gives_the_threshold(tmp_path: Path, capsys: Capture) -> None:
    example = write(tmp_path / "a.wav", recording(*SAID))
    (tmp_path / "noise").mkdir()
    write(tmp_path / "noise" / "n.wav", audio_of(*AROUND * 60))
    assert main(["keyword", "add", "word", example, "--background", str(tmp_path / "noise"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["own_background"] is True


def test_one_bad_recording_adds_nothing(tmp_path: Path, own_folder: Path, capsys: Capture) -> None:
    silent = write(tmp_path / "silent.wav", audio_of(*[0] * 50))
    assert main(["keyword", "add", "word", silent]) == 2
    assert "0.00 s of speech" in capsys.readouterr().err
    assert not own_folder.exists()


def test_a_file_that_cannot_be_heard_does_not_stop_the_others(tmp_path: Path, capsys: Capture) -> None:
    assert main(["keyword", "find", write(tmp_path / "t.wav", audio_of(*AROUND))]) == 2
    assert "there is no keyword to find" in capsys.readouterr().err
    assert main(["keyword", "add", "word", write(tmp_path / "a.wav", recording(*SAID))]) == 0
    (tmp_path / "bad.wav").write_bytes(b"no audio")
    assert main(["keyword", "find", str(tmp_path / "bad.wav"), str(tmp_path / "t.wav"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["hits"] == []


@pytest.mark.parametrize("rate", ["0", "-1", "many", "nan"])
def test_a_rate_is_a_number_above_0(rate: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["keyword", "add", "word", "a.wav", "--false-accepts-per-hour", rate])
    assert "must be a number above 0" in capsys.readouterr().err
