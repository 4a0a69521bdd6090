"""`allears say`, from its arguments to its exit code, with a tiny voice."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli.app import main
from tests.unit.tiny_voice import write_tiny_voice

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_voice(tmp_path_factory.mktemp("voice") / "tiny"))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ALLEARS_VOICE_MODEL", raising=False)
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", tmp_path / "none")


@pytest.mark.parametrize("ending", [".wav", ".flac", ".mp3", ".ogg", ".opus"])
def test_a_file_of_every_format_holds_what_was_said(folder: str, tmp_path: Path, capsys: Capture, ending: str) -> None:
    out = tmp_path / f"said{ending}"
    assert main(["say", "hello world", "--model", folder, "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    samples, rate = soundfile.read(out)
    assert len(samples) / rate == pytest.approx(told["duration"], abs=0.1)
    assert np.abs(samples).max() > 0.02
    assert [word["word"] for word in told["words"]] == ["hello", "world"]
    assert told["words"][0]["start"] < told["words"][0]["end"] <= told["words"][1]["start"]
    assert 0 < told["took_ms"]["first"] <= told["took_ms"]["all"]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_text_of_stdin_ssml_and_how(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('<speak>hello <break time="100ms"/> world</speak>'))
    out = tmp_path / "a.wav"
    how = ["--ssml", "--speed", "2", "--pitch", "-3", "--dialect", "en-GB", "--voice", "ben"]
    assert main(["say", "-", "--model", folder, "-o", str(out), *how]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    samples, rate = soundfile.read(out)
    assert len(samples) / rate == pytest.approx(0.1 + 2 * 0.025 * (9 + 9) / 2, abs=0.03)


def test_the_voices_are_listed(folder: str, capsys: Capture) -> None:
    assert main(["say", "--list", "--model", folder]) == 0
    shown = capsys.readouterr().out
    assert "ann              en-US    female" in shown
    assert shown.splitlines()[-1] == "dialects: en-US, en-GB, fr-CA"
    assert main(["say", "--list", "--json", "--model", folder]) == 0
    assert json.loads(capsys.readouterr().out)["voices"][2] == {"name": "cat", "dialect": "en-GB", "gender": "female"}


def test_it_is_played_where_there_is_no_file(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    played = list[tuple[int, int]]()

    class Silent:
        is_playing = False

        def __init__(self, rate: int) -> None:
            self.rate = rate

        def play(self, samples: np.ndarray, rate: int) -> None:
            played.append((len(samples), rate))

        def close(self) -> None:
            played.append((0, self.rate))

    monkeypatch.setattr("allears.assistant.player.Loudspeaker", Silent)
    assert main(["say", "Hello. World.", "--model", folder]) == 0
    assert [rate for _, rate in played] == [24_000] * 4
    assert played[-1][0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "nothing to say"),
        (["hello"], 3, "--model FOLDER"),
        (["--list"], 3, "--model FOLDER"),
        (["hello", "-o", "a.aac"], 2, "--out must end in .wav, .flac, .mp3, .ogg, .opus, got 'a.aac'"),
        (["hello", "-o", "no/such/folder/a.wav"], 2, "cannot be written"),
        (["hello", "--model", "{folder}", "-o", "{tmp}/a.wav", "--voice", "zoe"], 2, "no voice 'zoe'"),
        (["hello", "--model", "{folder}", "-o", "{tmp}/a.wav", "--speed", "3"], 2, "speed must be 0.5 to 2"),
        ([" ", "--model", "{folder}", "-o", "{tmp}/a.wav"], 2, "the text is empty"),
        (["<a>", "--ssml", "--model", "{folder}", "-o", "{tmp}/a.wav"], 2, "line 1"),
    ],
)
def test_what_goes_wrong_is_one_line(
    folder: str, tmp_path: Path, capsys: Capture, arguments: list[str], code: int, says: str
) -> None:
    given = [word.replace("{folder}", folder).replace("{tmp}", str(tmp_path)) for word in arguments]
    assert main(["say", *given]) == code
    told = capsys.readouterr().err
    assert says in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "a.wav").exists()
