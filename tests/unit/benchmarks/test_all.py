"""Benchmarks that count how often they are run: what is finished is kept, what failed is told."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

FAKE = """
import argparse, json, pathlib, sys
parser = argparse.ArgumentParser()
parser.add_argument("--out", type=pathlib.Path)
out, others = parser.parse_known_args()
runs = pathlib.Path(__file__).with_suffix(".runs")
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
print("a word on stdout")
if "--fail" in others:
    sys.exit("ValueError: the corpus x is missing: unpack x.tar")
out.out.parent.mkdir(parents=True, exist_ok=True)
auc = {"allears": {"auc": {"value": 0.97}}, "Silero VAD v6": {"auc": {"value": 0.9}}}
out.out.write_text(json.dumps({"benchmark": "vad", "results": {"all mixtures": auc}, "tables": []}))
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """`benchmarks/all.py` over a folder of fake benchmarks, with the bars there are."""
    module = importlib.import_module("all")
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    shutil.copy(Path(module.__file__ or "").with_name("bars.toml"), folder)
    for name in module.BENCHMARKS:
        (folder / f"{name}.py").write_text(FAKE)
    monkeypatch.setattr(module, "HERE", folder)
    monkeypatch.delenv("ALLEARS_UNDERSTAND", raising=False)
    return module


def _runs(every: ModuleType, name: str) -> int:
    path = every.HERE / f"{name}.runs"
    return len(path.read_text()) if path.exists() else 0


def test_the_table_has_every_bar(every: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert every.main(["--bars", "--out", str(tmp_path / "out"), "--only", "vad"]) == 0
    captured = capfd.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].split() == ["task", "test", "ours", "peer", "bar", "reached?"]
    assert len(lines) == 1 + len(every.load_bars(every.HERE / "bars.toml"))
    (line,) = [line for line in lines if line.startswith("speech")]
    assert "97.00" in line and "90.00 (Silero VAD v6)" in line and line.endswith("yes")
    assert "== vad (1 of 1)" in captured.err and "a word on stdout" in captured.err


def test_what_is_finished_is_kept_for_the_same_question(every: ModuleType, tmp_path: Path, capfd: Capture) -> None:
    call = ["--bars", "--json", "--out", str(tmp_path / "out"), "--only", "vad", "--data", "d"]
    for more, runs in (([], 1), ([], 1), (["--limit", "3"], 2), (["--again", "--limit", "3"], 3), ([], 4)):
        assert every.main([*call, *more]) == 0
        assert _runs(every, "vad") == runs
    rows = json.loads(capfd.readouterr().out.split("]\n")[-2] + "]")
    assert [row["reached"] for row in rows if row["task"] == "speech"] == [True]


def test_another_model_is_another_question(every: ModuleType, tmp_path: Path) -> None:
    call = ["--bars", "--out", str(tmp_path / "out"), "--only", "vad", "--model", str(tmp_path)]
    every.main(call)
    (tmp_path / "SHA256SUMS").write_text("0 a")
    every.main(call)
    assert _runs(every, "vad") == 2


def test_only_what_has_a_bar_is_run(every: ModuleType, tmp_path: Path) -> None:
    assert every.main(["--bars", "--out", str(tmp_path / "out")]) == 0
    assert _runs(every, "asr") == 1 and _runs(every, "memory") == 0


def test_a_failure_is_told_and_the_rest_is_run(every: ModuleType, tmp_path: Path, capfd: Capture) -> None:
    call = ["--bars", "--out", str(tmp_path / "out"), "--only", "vad", "asr"]
    assert every.main([*call, "--fail"]) == 1
    captured = capfd.readouterr()
    assert "failed: vad, asr" in captured.err
    assert "vad failed: ValueError: the corpus x is missing: unpack x.tar" in captured.err
    assert "yes" not in captured.out, "and no number of an older run stands in"


def test_json_says_why_a_bar_is_not_measured(every: ModuleType, tmp_path: Path, capfd: Capture) -> None:
    assert every.main(["--bars", "--json", "--out", str(tmp_path / "out"), "--only", "vad", "--fail"]) == 1
    why = {row["benchmark"]: row["why"] for row in json.loads(capfd.readouterr().out)}
    assert "unpack x.tar" in why["vad"] and why["asr"] == "not measured"


def test_a_report_cut_short_is_measured_anew(every: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "vad.json").write_text('{"resu')
    assert every.main(["--bars", "--out", str(tmp_path / "out"), "--only", "vad"]) == 0
    assert _runs(every, "vad") == 1
