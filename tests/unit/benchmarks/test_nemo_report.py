"""The tables of nEMO say what the runs say, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("scipy", reason="intervals need scipy: install the extra `train`")

from nemo_five_tasks.report import main, render, rows_of
from nemo_five_tasks.results import best_factor, criterion

SCORES = {
    "emotion": {"macro_f1": 0.5, "accuracy": 0.5}, "gender": {"accuracy": 0.9}, "age-group": {"accuracy": 0.6},
    "transcribe": {"cer": 0.4}, "speaker": {"accuracy": 0.8},
}  # fmt: skip


def _run(method: str, seed: int = 0, *, gain: float = 1.0, factor: float = 1.0, **facts: Any) -> dict[str, Any]:
    task = method.removeprefix("alone/")
    tasks = {task} if task != method else set(SCORES)
    scores = {
        name: {metric: value / gain if metric == "cer" else value * gain for metric, value in metrics.items()}
        for name, metrics in SCORES.items()
        if name in tasks
    }
    known = {"transcribe": {"cer": 0.2}} if "transcribe" in tasks else {}
    return {
        "encoder": "cnn-bilstm", "method": method, "seed": seed, "factor": factor, "fold": seed, "steps": 9,
        "test": scores, "known": known, "dev": {}, "parameters": {"encoder": 1_000_000, "head": 500_000},
        "trained_cpu_s": 10.0 if len(tasks) == 1 else 15.0, "threads": 1, "device": "cpu",
        "machine": {"cpu": "some"}, "versions": {"torch": "2"}, "source": None, **facts,
    }  # fmt: skip


def _twins(seed: int = 0) -> list[dict[str, Any]]:
    return [_run(f"alone/{task}", seed) for task in SCORES]


def _row(text: str, name: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def _render(results: list[dict[str, Any]]) -> str:
    return render(results, lambda encoder, method: 1.0)


def test_twins_stand_as_one_row_with_all_their_parameters_and_time() -> None:
    text = _render([*_twins(), _run("equal")])
    assert _row(text, "alone") == ["alone", "1", "50.0", "90.0", "60.0", "40.0", "20.0", "80.0", "-", "7.50 M", "1.00"]
    assert _row(text, "equal")[-2:] == ["1.50 M", "0.30"]
    assert "sum of its twins: 0.30" in text


def test_the_gain_counts_fewer_errors_as_better() -> None:
    results = [*_twins(), *_twins(1), _run("equal", gain=1.1), _run("equal", 1, gain=1.1)]
    text = _render(results)
    assert _row(text, "equal")[8] == "9.8 ± 0.0"  # four tasks by 10 %, letters by 1 - 1 / 1.1
    assert "is met" in text


def test_methods_are_sorted_and_one_seed_is_never_called_clear() -> None:
    text = _render([*_twins(), _run("equal"), _run("balance/pcgrad", gain=1.05), _run("sharing/mmoe", gain=0.9)])
    names = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][2:]
    assert names == ["alone", "balance/pcgrad", "equal", "sharing/mmoe"]
    assert "(one seed)" in text
    assert "is not met" in text
    assert "±" not in _row(text, "balance/pcgrad")[8]


def test_without_all_twins_there_is_no_gain_and_no_ratio() -> None:
    text = _render([_run("alone/emotion"), _run("equal")])
    assert _row(text, "equal")[8] == "-"
    assert _row(text, "equal")[-1] == "-"
    assert "No method has been measured on all five tasks" in text


def test_a_tuned_row_is_made_of_the_chosen_factor() -> None:
    dev = {"emotion": {"accuracy": 0.4}}
    results = [_run("equal", dev=dev), _run("equal", factor=2.0, gain=1.1, dev=dev), _run("equal", 1, factor=2.0)]
    rows = rows_of(results, lambda method: 2.0)
    assert set(rows) == {"equal", "equal (tuned)"}
    assert {seed: run["factor"] for seed, run in rows["equal (tuned)"].items()} == {0: 2.0, 1: 2.0}
    assert set(rows["equal"]) == {0}


def test_twins_that_dev_cannot_judge_stay_as_they_are_among_the_tuned() -> None:
    dev = {"emotion": {"accuracy": 0.4}}
    twins = [run | {"dev": dev} if run["method"] == "alone/emotion" else run for run in _twins()]
    fast = _run("alone/emotion", factor=2.0, gain=1.2, dev=dev)
    text = render([*twins, fast, _run("equal")], lambda encoder, method: 2.0)
    assert _row(text, "alone")[2:4] == ["50.0", "90.0"]
    assert _row(text, "alone (tuned)")[2:4] == ["60.0", "90.0"]
    assert "Largest mean gain: **equal**" in text, "twins do not win over twins"


def test_runs_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in steps"):
        _render([*_twins(), _run("equal", steps=10)])


def test_dev_chooses_the_factor(tmp_path: Path) -> None:
    for factor, accuracy in ((1.0, 0.5), (2.0, 0.6), (0.5, 0.4)):
        run = _run("equal", factor=factor, dev={"emotion": {"accuracy": accuracy}, "transcribe": {"cer": 0.5}})
        folder = tmp_path / "runs" / str(factor)
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(json.dumps(run))
    assert best_factor(tmp_path, "cnn-bilstm", "equal") == 2.0
    with pytest.raises(ValueError, match="add 0 to --seeds"):
        best_factor(tmp_path, "whisper", "equal")


def test_the_criterion_is_a_mean_in_which_errors_count_against() -> None:
    dev = {"emotion": {"accuracy": 0.5}, "speaker": {"accuracy": 0.9}, "transcribe": {"cer": 0.3}, "gender": {}}
    assert criterion(dev) == pytest.approx((0.5 + 0.9 + 0.7) / 3)
    with pytest.raises(ValueError, match="got gender"):
        criterion({"gender": {"accuracy": 1.0}})


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    for run in _twins():
        folder = tmp_path / "runs" / run["method"]
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(json.dumps(run))
    assert main([str(tmp_path), "--out", str(tmp_path / "table.md")]) == 0
    assert (tmp_path / "table.md").read_text().startswith("## cnn-bilstm")
    with pytest.raises(ValueError, match="no run is finished"):
        main([str(tmp_path / "nothing")])
