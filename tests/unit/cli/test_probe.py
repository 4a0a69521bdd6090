"""`allears probe`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli.app import main
from tests.unit.conftest import RATE, tone

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Twelve tones of three speakers, high or low, soft or loud."""
    lines = ["file,pitch,level,speaker"]
    rng = np.random.default_rng(0)
    for number in range(12):
        is_high, is_loud = number % 2, number // 2 % 2
        hz, level = (2500.0, 300.0)[is_high] + rng.uniform(0, 60), (0.1, 0.5)[is_loud] * rng.uniform(0.95, 1.05)
        soundfile.write(tmp_path / f"{number}.wav", tone(0.5, hz, level), RATE)
        lines.append(f"{number}.wav,{'low' if is_high else 'high'},{'loud' if is_loud else 'soft'},s{number // 4}")
    path = tmp_path / "tones.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_two_heads_at_once_as_json_in_a_model_and_on_a_page(
    labels: Path, fake_model: Path, tmp_path: Path, capsys: Capture
) -> None:
    out, page = tmp_path / "out", tmp_path / "page.html"
    command = ["probe", str(labels), "--label", "pitch,level", "--with", "ridge", "--model", str(fake_model), "--json"]
    assert main([*command, "--out", str(out), "--report", str(page)]) == 0
    told = json.loads(capsys.readouterr().out)
    pitch, level = told["heads"]
    assert (pitch["name"], level["name"]) == ("pitch", "level")
    assert pitch["accuracy"] == level["accuracy"] == 1.0 and pitch["speakers"] == 3
    assert pitch["confusion"] == [[6, 0], [0, 6]] and pitch["classes"] == ["high", "low"]
    assert list(pitch["methods"]) == ["ridge"] and (told["out"], told["report"]) == (str(out), str(page))
    assert (
        main(["hear", str(tmp_path / "0.wav"), "--model", str(out), "--task", "pitch,level", "--format", "json"]) == 0
    )
    heard = capsys.readouterr().out
    assert '"high"' in heard and '"soft"' in heard
    assert (tmp_path / "page" / "confusion-pitch.png").stat().st_size > 1000
    assert "none of the 3 speakers is on both sides" in page.read_text(encoding="utf-8")


def test_compare_shows_every_method(labels: Path, fake_model: Path, capsys: Capture) -> None:
    assert main(["probe", str(labels), "--label", "pitch", "--compare", "--model", str(fake_model)]) == 0
    shown = capsys.readouterr().out
    assert "pitch: 2 classes, 12 clips of 3 speakers, never the same on both sides" in shown
    assert all(method in shown for method in ("ridge (taken)", "logistic", "svm", "lasso"))
    assert shown.count("100.0 % ± 0.0") == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--label", "pitch,level", "--name", "x"], "--name x is for one head"),
        (["--label", "pitch", "--name", "speech", "--out", "there"], "has a task 'speech' already"),
        (["--label", "speaker,file"], "no label file"),
        (["--label", "pitch", "--report", "page.png"], "give the name of an HTML file"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(
    labels: Path, fake_model: Path, capsys: Capture, options: list[str], message: str
) -> None:
    assert main(["probe", str(labels), "--model", str(fake_model), *options]) == 2
    assert message in capsys.readouterr().err


def test_too_few_clips_are_counted(tmp_path: Path, fake_model: Path, capsys: Capture) -> None:
    path = tmp_path / "few.csv"
    path.write_text("file,label\na.wav,x\nb.wav,x\nc.wav,y\nd.wav,y\ne.wav,y\n")
    assert main(["probe", str(path), "--model", str(fake_model)]) == 2
    assert "needs 3 clips of each class or more to be cross-validated, but x has 2" in capsys.readouterr().err
