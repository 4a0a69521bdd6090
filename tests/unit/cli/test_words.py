"""`allears words`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.cli.app import main

Capture = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("home")


def test_a_word_is_added_listed_and_removed(capsys: Capture) -> None:
    assert main(["words", "add", "Szabó  Ágnes", "--sounds-like", "sabo agnesh", "--weight", "2"]) == 0
    line = "Szabó Ágnes, sounds like 'sabo agnesh', weight 2\n"
    assert capsys.readouterr().out == f"added {line}"
    assert main(["words", "list"]) == 0
    assert capsys.readouterr().out == line
    assert main(["words", "list", "--json"]) == 0
    (word,) = json.loads(capsys.readouterr().out)["words"]
    assert word == {"phrase": "Szabó Ágnes", "sounds_like": ["sabo agnesh"], "weight": 2.0, "voice": None}
    assert main(["words", "remove", "szabó ágnes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": "szabó ágnes"}
    assert main(["words", "list"]) == 0
    assert "there is no word in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["add", ""], "a hotword needs letters"),
        (["add", "Ann", "--weight", "-1"], "the weight of 'Ann' must be above 0"),
        (["remove", "Ann"], "no word 'Ann' is in"),
    ],
)
def test_what_cannot_be_done_is_said(given: list[str], message: str, home: Path, capsys: Capture) -> None:
    assert main(["words", *given]) == 2
    assert message in capsys.readouterr().err
    assert not home.exists()


def test_words_of_a_voice_need_the_voice(model_folder: Path, capsys: Capture) -> None:
    assert main(["words", "add", "Ann", "--voice", "bob", "--model", str(model_folder)]) == 2
    assert "no voice 'bob' is enrolled" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "file"))
    assert main(["words", "add", "Ann"]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
