"""`allears tune`, `allears twins` and `allears report` from the command line, on tones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("optuna", reason="needs the extra `tune`")

from allears.cli.app import main
from tests.unit.report.conftest import recipe_of
from tests.unit.train.conftest import corpus  # noqa: F401  the tones


@pytest.fixture
def recipe_file(corpus: Path, tmp_path: Path) -> Path:  # noqa: F811
    sources = {split: [{"manifest": str(corpus), "split": split}] for split in ("train", "dev")}
    optim = {"num_steps": 2, "lr": 1e-3}
    recipe = recipe_of(["language", "speech"], data=sources, optim=optim, evaluate={"every_steps": 1}, device="cpu")
    path = tmp_path / "tones.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


def test_tune_searches_and_goes_on(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe_file.with_name("tones.tune.yaml").write_text("optim.lr: {low: 1e-4, high: 1e-2, log: true}\n")
    command = ["tune", str(recipe_file), "--out", str(tmp_path / "search"), "--goal", "language.loss"]
    assert main([*command, "--trials", "2"]) == 0
    assert "best: trial" in capsys.readouterr().out
    assert main([*command, "--trials", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [trial["trial"] for trial in told["trials"]] == [0, 1, 2]
    assert Path(told["best_recipe"]).is_file()
    assert (tmp_path / "search" / "trials.png").is_file()


def test_tune_without_a_space_says_where_to_write_it(recipe_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tune", str(recipe_file), "--trials", "1"]) == 2
    assert "tones.tune.yaml" in capsys.readouterr().err


def test_twins_then_report(recipe_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twins = tmp_path / "twins"
    assert main(["twins", str(recipe_file), "--out", str(twins), "--joint"]) == 0
    printed = capsys.readouterr().out.split()
    assert printed == [str(twins / name / "seed-0") for name in ("joint", "language", "speech")]
    page = tmp_path / "page.html"
    assert main(["report", printed[0], "--twins", str(twins), "--out", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page)
    assert main(["report", printed[0], "--twins", str(twins), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["twins"]["gains"]) == {"language", "speech"}


def test_report_of_no_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path / "nowhere")]) == 2
    assert "no run folder" in capsys.readouterr().err
