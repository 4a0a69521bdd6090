"""`allears domains`, and the options of `hear` that use what it makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.biasing.pack import Pack
from allears.cli.app import main

Capture = pytest.CaptureFixture[str]


def test_build(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.txt").write_text("the projector hums\n\nlights, camera\n", encoding="utf-8")
    (tmp_path / "names.txt").write_text("Buster Keaton\t2\n", encoding="utf-8")
    out = tmp_path / "c.npz"
    given = [str(tmp_path / "a.txt"), "--names", str(tmp_path / "names.txt"), "-o", str(out)]
    assert main(["domains", "build", "cinema", *given, "--language", "en-GB", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"file": str(out), "name": "cinema", "language": "en", "words": 5, "phrases": 1, "source": ""}
    assert Pack.load(out).phrases == {"Buster Keaton": 2.0}


def test_build_says_what_is_wrong(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.txt").write_text("\n", encoding="utf-8")
    assert main(["domains", "build", "x", str(tmp_path / "a.txt"), "-o", str(tmp_path / "x.bin")]) == 2
    assert "call it x.npz" in capsys.readouterr().err
    assert main(["domains", "build", "x", str(tmp_path / "a.txt"), "-o", str(tmp_path / "x.npz")]) == 2
    assert "has no sentence" in capsys.readouterr().err
    assert not (tmp_path / "x.npz").exists()


def test_list_and_tell(capsys: Capture) -> None:
    assert main(["domains", "list"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["home", "music", "news", "weather"]
    assert main(["domains", "list", "--json"]) == 0
    assert {"CC BY 4.0" in pack["source"] for pack in json.loads(capsys.readouterr().out)} == {True}
    assert main(["domains", "tell", "will", "it", "rain"]) == 0
    assert capsys.readouterr().out.startswith("weather 0.9")
    assert main(["domains", "tell", "will it rain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["label"] == "weather"
