"""Numbers of a model over batches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from allears.config.build import build_dev, build_model
from allears.config.schema import Recipe
from allears.train.evaluate import evaluate, higher_is_better, pick

MakeRecipe = Callable[..., Recipe]


def test_it_leaves_modes_and_random_numbers_alone(make_recipe: MakeRecipe) -> None:
    recipe = make_recipe()
    (model,) = [build_model(recipe).train()]
    model.encoder.eval()
    before, dev = torch.get_rng_state(), build_dev(recipe, model)
    assert dev is not None
    first, again = evaluate(model, dev), evaluate(model, dev)
    assert first == again
    assert model.training
    assert not model.encoder.training
    assert torch.equal(before, torch.get_rng_state())


def test_the_loss_does_not_depend_on_how_clips_are_batched(make_recipe: MakeRecipe) -> None:
    torch.manual_seed(0)
    recipe = make_recipe()
    model = build_model(recipe)
    one_by_one = recipe.model_copy(update={"data": recipe.data.model_copy(update={"max_clips": 1})})
    scores = [evaluate(model, build_dev(r, model) or []) for r in (recipe, one_by_one)]
    for task in ("speech", "language"):
        assert scores[0][task]["loss"] == pytest.approx(scores[1][task]["loss"], rel=1e-4)


def test_first_seconds_are_all_that_is_heard(make_recipe: MakeRecipe) -> None:
    recipe = make_recipe(evaluate={"first_s": 0.2})
    dev = build_dev(recipe, build_model(recipe))
    assert dev is not None
    assert {int(n) for batch in dev for n in batch.num_samples} == {3200}


def test_only_named_tasks_are_measured_and_unlabelled_ones_are_absent(make_recipe: MakeRecipe) -> None:
    recipe = make_recipe()
    model = build_model(recipe)
    batches = list(build_dev(recipe, model) or [])
    assert set(evaluate(model, batches, ["speech"])) == {"speech"}
    assert evaluate(model, []) == {}


def test_the_best_metric_is_known_by_name(make_recipe: MakeRecipe) -> None:
    model = build_model(make_recipe())
    assert higher_is_better(model, "language.accuracy")
    assert not higher_is_better(model, "loss")
    assert pick({"a": {"loss": 1.0}, "b": {"loss": 2.0}}, "loss") == 3.0
    assert pick({"a": {"loss": 1.0}}, "b.loss") is None
