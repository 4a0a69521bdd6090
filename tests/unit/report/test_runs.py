"""Run folders are read as they lie, and runs that differ in the seed alone are one family."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from allears.report.runs import differences, families, family_key, find_runs, read_run
from tests.unit.report.conftest import MakeRun


def test_reads_recipe_and_log(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8, "speech": 0.9}, seed=3)
    assert (run.name, run.seed, run.tasks) == ("tones", 3, ("language", "speech"))
    assert (run.last_step, run.is_finished) == (40, True)
    assert [record["step"] for record in run.events("evaluate")] == [10, 20, 30, 40]


def test_a_half_written_line_is_counted_and_told(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    run = make_run("a", {"language": 0.8})
    with open(run.path / "log.jsonl", "a") as file:
        file.write('{"event": "train", "st')
    with caplog.at_level(logging.WARNING):
        again = read_run(run.path)
    assert again.records == run.records
    assert "left out 1 line" in caplog.text


def test_the_seed_does_not_make_another_family_but_a_setting_does(make_run: MakeRun) -> None:
    first, second = make_run("a", {"language": 0.8}, seed=0), make_run("b", {"language": 0.7}, seed=1)
    other = make_run(
        "c", {"language": 0.7}, optim={"num_steps": 40, "lr": 5e-3, "schedule": "cosine", "warmup_steps": 0}
    )
    assert family_key(first) == family_key(second) != family_key(other)
    assert [[run.seed for run in group] for group in families([second, other, first]).values()] == [[0, 1], [0]]
    assert differences(first, other, ["optim", "encoder"]) == ["optim.lr"]


def test_a_seed_that_comes_twice_counts_once(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    runs = [make_run("a", {"language": 0.8}), make_run("b", {"language": 0.1})]
    with caplog.at_level(logging.WARNING):
        ((kept,),) = families(runs).values()
    assert kept.path == runs[0].path
    assert "left out" in caplog.text


def test_finds_runs_however_deep_or_says_so(make_run: MakeRun, tmp_path: Path) -> None:
    make_run("twins/language/seed-0", {"language": 0.8})
    make_run("twins/language/seed-1", {"language": 0.8}, seed=1)
    assert [run.seed for run in find_runs([tmp_path / "twins"])] == [0, 1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no run in"):
        find_runs([tmp_path / "empty"])
    with pytest.raises(ValueError, match="no folder"):
        find_runs([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match=r"no recipe\.yaml"):
        read_run(tmp_path / "empty")
