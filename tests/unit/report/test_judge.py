"""What a task is judged by."""

from __future__ import annotations

import logging

import pytest

from allears.report.judge import Judge, directions, judges
from tests.unit.report.conftest import MakeRun


def test_the_first_metric_that_is_there_or_what_the_recipe_watches(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8, "speech": 0.9})
    known = directions(run)
    assert list(known["language"]) == ["accuracy", "macro_f1", "loss"]
    assert judges(run, known) == {"language": Judge("accuracy", True), "speech": Judge("roc_auc", True)}
    watched = make_run("b", {"language": 0.8, "speech": 0.9}, evaluate={"best": "language.loss"})
    assert judges(watched, known)["language"] == Judge("loss", False)


def test_a_task_that_cannot_be_built_is_judged_by_its_loss(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    run = make_run("a", {"language": 0.8}, tasks={"language": {"kind": "transcribe", "pretrained": "nowhere"}})
    with caplog.at_level(logging.WARNING):
        assert directions(run)["language"] == {"loss": False}
    assert "judged by its loss" in caplog.text


def test_a_task_without_scores_has_no_judge(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8})
    assert judges(run, {"language": {"loss": False}, "speech": {"roc_auc": True}}) == {"language": Judge("loss", False)}
