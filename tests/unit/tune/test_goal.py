"""What a search may be for."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.config.schema import Recipe
from allears.tune.goal import make_goal
from tests.unit.report.conftest import MakeRun


def test_the_recipe_names_the_goal_and_its_task_the_direction(recipe: Recipe) -> None:
    goal = make_goal(recipe, None)
    assert (goal.name, goal.is_higher_better) == ("language.loss", False)
    assert make_goal(recipe, "language.accuracy").is_higher_better
    assert not make_goal(recipe, "loss").is_higher_better


def test_gain_takes_the_twins(recipe: Recipe, make_run: MakeRun, tmp_path: Path) -> None:
    make_run("twins/language/seed-0", {"language": 0.8})
    goal = make_goal(recipe, "gain", [tmp_path / "twins"])
    assert goal.is_higher_better
    assert goal.value({"language": {"accuracy": 0.88}}) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="allears twins"):
        make_goal(recipe, "gain")


def test_what_is_no_goal_is_an_error(recipe: Recipe) -> None:
    with pytest.raises(ValueError, match=r"gain, language\.accuracy, language\.loss, language\.macro_f1, loss"):
        make_goal(recipe, "language.acuracy")
    with pytest.raises(ValueError, match="no goal"):
        make_goal(recipe.model_copy(update={"evaluate": recipe.evaluate.model_copy(update={"best": None})}), None)
    with pytest.raises(ValueError, match="no dev clips"):
        make_goal(recipe.model_copy(update={"data": recipe.data.model_copy(update={"dev": ()})}), None)
