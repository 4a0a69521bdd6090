"""A twin is the recipe with one task; finished ones are not trained again."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.config.load import parse_recipe
from allears.report.runs import find_runs
from allears.report.twins import plan_twins, train_twins, twin_of
from tests.unit.report.conftest import recipe_of


def test_a_twin_keeps_all_but_the_other_tasks() -> None:
    recipe = parse_recipe(
        recipe_of(
            ["language", "speech"],
            balance={"kind": "fixed", "weights": {"language": 0.2, "speech": 2.0}},
            optim={
                "num_steps": 40,
                "lr": 1e-3,
                "lr_of": {"heads.language": 1e-4, "heads.speech": 1e-5, "encoder": 1e-6},
            },
            evaluate={"best": "speech.roc_auc"},
        )
    )
    twin = twin_of(recipe, "language")
    assert list(twin.tasks) == ["language"]
    assert (twin.data, twin.encoder, twin.optim.num_steps) == (recipe.data, recipe.encoder, 40)
    assert twin.optim.lr_of == {"heads.language": 1e-4, "encoder": 1e-6}
    assert twin.balance.options == {}
    assert twin.evaluate.best is None
    assert twin_of(recipe, "speech").evaluate.best == "speech.roc_auc"


def test_seeds_come_one_after_another_and_adversaries_have_no_twin(tmp_path: Path) -> None:
    tasks = {"language": {"classes": ["de", "en"]}, "speech": {}, "gender": {"reverse": {"weight": 0.1}}}
    recipe = parse_recipe(recipe_of([], tasks=tasks))
    planned = plan_twins(recipe, tmp_path, [1, 0, 1], is_joint=True)
    assert [run.path.relative_to(tmp_path).as_posix() for run in planned] == [
        "joint/seed-1", "language/seed-1", "speech/seed-1", "joint/seed-0", "language/seed-0", "speech/seed-0",
    ]  # fmt: skip
    assert [run.recipe.seed for run in planned] == [1, 1, 1, 0, 0, 0]
    with pytest.raises(ValueError, match="no task keyword"):
        plan_twins(recipe, tmp_path, [0], tasks=["keyword"])
    with pytest.raises(ValueError, match="no seeds"):
        plan_twins(recipe, tmp_path, [])


def test_finished_twins_are_skipped_and_the_rest_is_trained(corpus: Path, tmp_path: Path) -> None:
    sources = {split: [{"manifest": str(corpus), "split": split}] for split in ("train", "dev")}
    recipe = parse_recipe(
        recipe_of(
            ["language", "speech"], data=sources, optim={"num_steps": 2}, evaluate={"every_steps": 2}, device="cpu"
        )
    )
    planned = plan_twins(recipe, tmp_path, [0])
    assert len(train_twins(planned[:1])) == 1
    before = (planned[0].path / "log.jsonl").read_text()
    assert len(train_twins(planned)) == 2
    assert (planned[0].path / "log.jsonl").read_text() == before
    assert [run.tasks for run in find_runs([tmp_path])] == [("language",), ("speech",)]
