"""Numbers over the steps, out of the records."""

from __future__ import annotations

from allears.report.series import (
    best_scores,
    effort,
    final_scores,
    labels_seen,
    loss_curves,
    score_curves,
    weight_curves,
)
from tests.unit.report.conftest import MakeRun


def test_curves_and_last_scores(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8, "speech": 0.4})
    assert loss_curves(run)["language"] == [(10, 0.2), (20, 0.1), (30, 2 / 30), (40, 0.05)]
    assert weight_curves(run)["speech"][-1] == (40, 41.0)
    assert score_curves(run)["language"]["accuracy"][-1] == (40, 0.8)
    assert "num_clips" not in score_curves(run)["language"]
    assert final_scores(run)["speech"]["roc_auc"] == 0.4


def test_a_task_without_labels_has_seen_none(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8, "speech": 0.4})
    run.records[-2]["labels_seen"].pop("speech")  # type: ignore[attr-defined]
    assert labels_seen(run) == {"language": 120, "speech": 0}


def test_best_scores_are_those_of_the_best_checkpoint(make_run: MakeRun) -> None:
    run = make_run("a", {"language": 0.8})
    assert best_scores(run) == final_scores(run)
    run.records[4]["is_best"] = True  # type: ignore[index]
    assert best_scores(run)["language"]["accuracy"] == 0.4  # at step 20


def test_effort_adds_up_over_records(make_run: MakeRun) -> None:
    cost = effort(make_run("a", {"language": 0.8}))
    assert (cost.train_s, round(cost.data_wait_s, 9), cost.audio_s) == (20.0, 4.0, 400.0)  # 40 steps of 0.5 s, 20 s/s
