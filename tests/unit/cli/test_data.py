"""`allears data`: what is printed where, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.cli.app import main


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of two clips and a warning."""
    for i in range(2):
        soundfile.write(tmp_path / f"{i}.wav", np.random.default_rng(i).uniform(-0.3, 0.3, 112_000), 16_000)
    rows = [{"id": str(i), "audio": f"{i}.wav", "split": s, "speaker": "p"} for i, s in enumerate(("train", "dev"))]
    (tmp_path / "manifest.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return tmp_path


def test_warnings_alone_are_no_failure(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(corpus)]) == 0
    printed = capsys.readouterr()
    assert "speaker-leak" in printed.out and "0 errors, 2 warnings" in printed.out
    assert "checked 2 of 2 clips" in printed.err and "checked" not in printed.out


def test_an_error_is_a_failure(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open(corpus / "manifest.jsonl", "a") as file:
        file.write("oops\n")
    assert main(["data", "check", "--json", "--quick", str(corpus)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["errors"] == 1
    assert report["findings"][0]["where"].endswith("manifest.jsonl:3")


def test_show_prints_rows(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "show", str(corpus), "-n", "5", "--split", "dev"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["speaker"] == "p"


def test_compose_writes_clips_that_pass_the_check(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = corpus / "made"
    assert main(["data", "compose", str(corpus), str(made), "--crops", "3", "--split", "train"]) == 0
    assert f"{made / 'manifest.jsonl'}: 3 clips" in capsys.readouterr().out
    assert main(["data", "check", str(made)]) == 0


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["check", "gone"], "nothing at gone"),
        (["show", "{corpus}", "--reader", "csvv"], "unknown reader 'csvv'"),
        (["compose", "{corpus}", "out", "--split", "test"], "has no clip of split test"),
        (["prepare", "emodb"], "give NAME DIR --out"),
        (["prepare", "emodbb", "{corpus}", "--out", "out"], "unknown corpus 'emodbb'"),
    ],
)
def test_wrong_usage(corpus: Path, capsys: pytest.CaptureFixture[str], argv: list[str], message: str) -> None:
    assert main(["data", *(word.format(corpus=corpus) for word in argv)]) == 2
    assert message in capsys.readouterr().err


def test_prepare_writes_a_manifest_and_tells_the_licence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wav").mkdir()
    for i, name in enumerate(("03a01Fa", "10b03Wb", "unnamed")):
        soundfile.write(tmp_path / "wav" / f"{name}.wav", np.random.default_rng(i).uniform(-0.3, 0.3, 4_000), 16_000)
    argv = ["data", "prepare", "emodb", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(argv) == 0
    out = capsys.readouterr().out
    assert "licence  CC0-1.0" in out and "manifest.jsonl: 2 rows (dev 1, train 1)" in out
    assert "1 times a name that is not SPEAKER SENTENCE EMOTION VERSION" in out and "unnamed.wav" in out
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"]["emotion"] == 2
    assert main(["data", "check", str(tmp_path / "out")]) == 0


def test_prepare_lists_corpora(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "prepare", "--list"]) == 0
    assert "emodb: EmoDB\n  layout  wav/03a01Fa.wav" in capsys.readouterr().out
    assert main(["data", "prepare", "--list", "--json"]) == 0
    names = [corpus["name"] for corpus in json.loads(capsys.readouterr().out)]
    assert names == sorted(names) and {"librispeech", "voxceleb", "slurp"} <= set(names)
