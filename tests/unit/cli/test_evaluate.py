"""`allears evaluate` knows a trained run from a model, and each has options of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.cli import _benchmarks
from allears.cli.app import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the benchmarks were run on; they are not run."""
    found: list[str] = []

    def run(args: object) -> int:
        found.append(args.trained)  # type: ignore[attr-defined]
        return 1

    monkeypatch.setattr(_benchmarks, "run", run)
    return found


def test_the_word_and_a_model_folder_go_to_the_benchmarks(measured: list[str], model_folder: Path) -> None:
    assert main(["evaluate", "base"]) == 1
    assert main(["evaluate", str(model_folder), "--peers"]) == 1
    assert measured == ["base", str(model_folder)]


def test_a_runs_options_are_not_for_a_model(measured: list[str], capsys: Capture) -> None:
    assert main(["evaluate", "base", "--split", "dev", "--set", "a=1"]) == 2
    assert "--split, --set: for a trained run, and 'base' is a model" in capsys.readouterr().err
    assert not measured


def test_a_models_options_are_not_for_a_run(measured: list[str], tmp_path: Path, capsys: Capture) -> None:
    assert main(["evaluate", str(tmp_path), "--peers", "--limit", "3"]) == 2
    error = capsys.readouterr().err
    assert "--peers, --limit: for the word 'base'" in error and "export the run first" in error
    assert not measured
