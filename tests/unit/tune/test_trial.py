"""A trial is a run in pieces: the same numbers as a run at one go, and it goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from allears.config.schema import Recipe
from allears.report.judge import Judge
from allears.train.run import run_recipe
from allears.tune.trial import Goal, train_in_pieces, with_settings
from tests.unit.report.conftest import MakeRun

GOAL = Goal("language.loss", is_higher_better=False)


def _scores(folder: Path) -> list[Any]:
    records = map(json.loads, (folder / "log.jsonl").read_text().splitlines())
    return [(record["step"], record["scores"]) for record in records if record["event"] == "evaluate"]


def test_pieces_are_the_same_run(recipe: Recipe, tmp_path: Path) -> None:
    run_recipe(recipe, tmp_path / "whole")
    values = list(train_in_pieces(recipe, tmp_path / "pieces", GOAL, piece_steps=2))
    assert _scores(tmp_path / "pieces") == _scores(tmp_path / "whole")
    assert values == [(step, scores["language"]["loss"]) for step, scores in _scores(tmp_path / "whole")]
    assert list(train_in_pieces(recipe, tmp_path / "pieces", GOAL, piece_steps=2)) == values  # nothing is done again


def test_a_begun_trial_tells_what_was_and_goes_on(recipe: Recipe, tmp_path: Path) -> None:
    pieces = train_in_pieces(recipe, tmp_path, GOAL, piece_steps=2)
    first = next(pieces)
    pieces.close()
    assert [step for step, _ in train_in_pieces(recipe, tmp_path, GOAL, piece_steps=2)] == [2, 4]
    assert next(train_in_pieces(recipe, tmp_path, GOAL, piece_steps=2)) == first


def test_a_goal_the_dev_clips_do_not_give_is_an_error(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"give no speech\.roc_auc"):
        list(train_in_pieces(recipe, tmp_path, Goal("speech.roc_auc", is_higher_better=True), piece_steps=4))


def test_settings_are_put_into_the_recipe(recipe: Recipe) -> None:
    made = with_settings(
        recipe, {"optim.lr": 1e-05, "balance": {"kind": "uncertainty"}, "tasks.language.hidden": 4}, "a"
    )
    assert (made.name, made.optim.lr, made.balance.kind) == ("a", 1e-5, "uncertainty")
    assert made.tasks["language"].options["hidden"] == 4
    with pytest.raises(ValueError, match="Did you mean 'lr'"):
        with_settings(recipe, {"optim.lrr": 1.0}, "a")


def test_gain_is_the_mean_over_tasks_against_the_twins(make_run: MakeRun) -> None:
    twins = {
        "language": (make_run("a", {"language": 0.8}), make_run("b", {"language": 0.6}, seed=1)),
        "speech": (make_run("c", {"speech": 0.5}),),
    }
    judges = {"language": Judge("accuracy", True), "speech": Judge("loss", False)}
    goal = Goal("gain", is_higher_better=True, twins=twins, judges=judges)
    value = goal.value({"language": {"accuracy": 0.77}, "speech": {"loss": 0.8}})  # twins: 0.7, and a loss of 1.0
    assert value == pytest.approx((0.1 + 0.2) / 2)
    assert goal.value({}) is None
