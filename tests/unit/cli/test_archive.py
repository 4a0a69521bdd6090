"""`hear --engine`: what does not go together is said at once; a folder is heard, and the numbers are printed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import allears
from allears.archive.engines import ENGINES
from allears.cli import _archive
from allears.cli.app import main

DEMO = Path(allears.__file__).parent / "assets" / "demo.flac"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a.wav"], "--out DIR"),
        (["a.wav", "--out", "x", "-f", "srt"], "-f does not go with"),
        (["a.wav", "--out", "x", "--audio-out", "y"], "--audio-out"),
        (["a.wav", "--out", "x", "--ray-address", "a:1"], "--engine ray"),
        (["a.wav", "m.jsonl", "--out", "x"], "one manifest"),
        (["-", "--out", "x"], "standard input"),
        (["no-such-*.wav", "--out", "x"], "no file matches"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(arguments, says, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["hear", *arguments, "--engine", "local"]) == 2
    assert says in capsys.readouterr().err


def test_every_engine_can_be_named() -> None:
    assert set(_archive.ENGINES) == set(ENGINES)


def test_a_folder_is_heard(tmp_path, capsys) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(DEMO, tmp_path / "in" / "demo.flac")
    (tmp_path / "in" / "bad.wav").write_text("no sound")
    command = ["hear", "--engine", "local", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--workers", "1"]
    assert main([*command, "--task", "speech", "--json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert (summary["num_clips"], summary["num_heard"], summary["num_failed"]) == (2, 1, 1)
    assert 0 < summary["real_time_factor"] < 100
    (line,) = (tmp_path / "out/index.jsonl").read_text().splitlines()
    assert json.loads(line)["id"] == "demo.flac"
    assert main([*command, "--task", "speech"]) == 1
    assert "0 of 2 clips heard, 1 known before, 1 could not be heard" in capsys.readouterr().out
