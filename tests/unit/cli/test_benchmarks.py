"""The benchmarks of the checkout are run as a program of their own, with what the verb was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allears.cli import _benchmarks
from allears.cli.app import main
from allears.runtime.model_folder import DEFAULT_MODEL

Capture = pytest.CaptureFixture[str]
Files = pytest.CaptureFixture[str]
ECHO = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.environ['PYTHONPATH']]))\nsys.exit({code})\n"


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout whose benchmarks say what they were called with, in a folder to write to."""
    script = tmp_path / "checkout" / "benchmarks" / "all.py"
    script.parent.mkdir(parents=True)
    script.write_text(ECHO.format(code=0))
    monkeypatch.setattr(_benchmarks, "ROOT", tmp_path / "checkout")
    monkeypatch.delenv("ALLEARS_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "checkout"


def test_the_shipped_model_without_peers(checkout: Path, tmp_path: Path, capfd: Files) -> None:
    assert main(["evaluate", "base", "--data", str(tmp_path)]) == 0
    argv, path = json.loads(capfd.readouterr().out)
    out = str(Path("runs") / "bench-allears-base")
    model = ["--model", str(DEFAULT_MODEL), "--data", str(tmp_path), "--out", out, "--cache", f"{out}/cache"]
    assert argv == ["--bars", *model, "--ours-only"]
    assert path.split(":")[0] == str(checkout / "src")


def test_every_option_is_handed_on(
    checkout: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Files
) -> None:
    monkeypatch.setenv("ALLEARS_DATA", str(tmp_path))
    given = ["--only", "asr", "vad", "--peers", "--limit", "3", "--out", "here", "--again", "--json"]
    assert main(["evaluate", str(model_folder), *given]) == 0
    argv, _ = json.loads(capfd.readouterr().out)
    assert argv == [
        "--bars", "--model", str(model_folder), "--data", str(tmp_path), "--out", "here", "--cache", "here/cache",
        "--limit", "3", "--again", "--json", "--only", "asr", "vad",
    ]  # fmt: skip


def test_the_exit_code_is_that_of_the_benchmarks(checkout: Path, tmp_path: Path) -> None:
    (checkout / "benchmarks" / "all.py").write_text(ECHO.format(code=1))
    assert main(["evaluate", "base", "--data", str(tmp_path)]) == 1


def test_without_a_checkout_it_says_to_clone(checkout: Path, tmp_path: Path, capsys: Capture) -> None:
    (checkout / "benchmarks" / "all.py").unlink()
    assert main(["evaluate", "base", "--data", str(tmp_path)]) == 2
    assert "clone the repository" in capsys.readouterr().err


def test_without_data_it_says_how_to_name_them(checkout: Path, capsys: Capture) -> None:
    assert main(["evaluate", "base"]) == 2
    assert "--data DIR, or export ALLEARS_DATA=DIR" in capsys.readouterr().err
    assert main(["evaluate", "base", "--data", "nowhere"]) == 2
    assert "nowhere is no folder" in capsys.readouterr().err
