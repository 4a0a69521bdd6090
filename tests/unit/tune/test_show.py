"""What a search found, as text, numbers and pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allears.tune.journal import open_study
from allears.tune.show import draw_importance, draw_trials, importance, study_rows, study_table
from allears.tune.study import Search, search


@pytest.mark.usefixtures("untrained")
def test_table_pictures_and_what_mattered(make_search: Callable[..., Search]) -> None:
    what = make_search()
    study = open_study(what.out / "study.journal", what.goal)
    assert draw_trials(study, "loss") is None
    assert importance(study) == {}
    search(study, what, 12)
    lines = study_table(study, "language.loss").splitlines()
    assert lines[0].split() == ["trial", "language.loss", "balance.kind", "optim.lr"]
    assert len(lines) == 13
    assert lines[1].split()[0] == str(study.best_trial.number)
    values = [row["value"] for row in study_rows(study)]
    assert min(value for value in values if value is not None) == study.best_value
    shares = importance(study)
    assert sum(shares.values()) == pytest.approx(1.0)
    picture = draw_trials(study, "language.loss")
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "optim.lr" in picture.svg
    assert draw_importance(shares).name == "importance"
