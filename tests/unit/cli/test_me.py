"""`allears me`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.cli.app import main
from allears.personal import UserWord, WordStore
from allears.personal import learn as learning

Capture = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("home")


def test_everything_is_listed_exported_erased_and_imported(tmp_path: Path, home: Path, capsys: Capture) -> None:
    WordStore().add(UserWord("Ann"))
    out = str(tmp_path / "mine.zip")
    assert main(["me", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith(f"in {home}: 1 files")
    assert main(["me", "export", out, "--json"]) == 0
    assert [file["kind"] for file in json.loads(capsys.readouterr().out)["files"]] == ["words"]
    assert main(["me", "erase"]) == 0
    assert "nothing was erased yet: say --yes" in capsys.readouterr().out
    assert WordStore().load()
    assert main(["me", "erase", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["erased"] is True
    assert not home.exists()
    assert main(["me", "import", out]) == 0
    assert capsys.readouterr().out == "wrote 1 files; those that were the same stay\n"
    assert [word.phrase for word in WordStore().load()] == ["Ann"]


def test_nothing_to_export_is_said(tmp_path: Path, capsys: Capture) -> None:
    assert main(["me", "export", str(tmp_path / "mine.zip")]) == 2
    assert "there is nothing to export" in capsys.readouterr().err
    assert main(["me", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == []


def test_what_is_not_ours_is_told(home: Path, capsys: Capture) -> None:
    WordStore().add(UserWord("Ann"))
    (home / "words" / "letter.txt").write_text("dear Ann")
    assert main(["me", "erase", "--yes"]) == 0
    assert "1 files there are not of allears and stay" in capsys.readouterr().err
    assert (home / "words" / "letter.txt").exists()


def test_learning_says_what_it_was_good_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    made = learning.Learned(tmp_path / "me.npz", 12, 0.5, 0.25, 41.3)
    monkeypatch.setattr(learning, "learn", lambda name, model: made)
    assert main(["me", "learn"]) == 0
    assert "50.0 % before, 25.0 % after" in capsys.readouterr().out
    assert main(["me", "learn", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["error"] == {"before": 0.5, "after": 0.25}


def test_too_few_corrections_are_said(model_folder: Path, capsys: Capture) -> None:
    assert main(["me", "learn", "--model", str(model_folder)]) == 2
    assert "there are 0 corrected clips, learning needs 12" in capsys.readouterr().err
