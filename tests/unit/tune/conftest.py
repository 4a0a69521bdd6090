"""A search whose trials are not trained: their value is computed from the learning rate, so that the search is tested
in no time; and the recipe that the real ones start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("optuna", reason="needs the extra `tune`")

from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.tune import study
from allears.tune.space import Knob
from allears.tune.study import Search
from allears.tune.trial import Goal
from tests.unit.report.conftest import make_run, recipe_of  # noqa: F401  run folders written by hand
from tests.unit.train.conftest import corpus  # noqa: F401  the tones

KNOBS = (
    Knob("balance.kind", choices=('"fixed"', '"uncertainty"')),
    Knob("optim.lr", low=1e-4, high=1e-1, is_log=True),
)
BEST_LR = 1e-2


@pytest.fixture
def recipe(corpus: Path) -> Recipe:  # noqa: F811
    sources = {split: [{"manifest": str(corpus), "split": split}] for split in ("train", "dev")}
    return parse_recipe(
        recipe_of(
            ["language"],
            data=sources | {"max_clips": 6},
            optim={"num_steps": 4, "lr": 1e-3},
            evaluate={"every_steps": 2, "best": "language.loss"},
            device="cpu",
        )
    )


@pytest.fixture
def make_search(recipe: Recipe, tmp_path: Path) -> Callable[..., Search]:
    """`make_search(out="b", seed=1)`."""

    def make(*, out: str = "out", **changes: Any) -> Search:
        plain = {"recipe": recipe, "knobs": KNOBS, "goal": Goal("language.loss", is_higher_better=False)}
        return Search(**{**plain, "out": tmp_path / out, "piece_steps": 2, "num_startup": 3, **changes})

    return make


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """In place of training: the loss is how far the rate is from the best one, and falls over the steps. The folders of
    the trials begun are put into the list."""
    begun: list[Path] = []

    def pieces(recipe: Recipe, folder: Path, goal: Goal, *, piece_steps: int) -> Iterator[tuple[int, float]]:
        begun.append(folder)
        loss = abs(recipe.optim.lr / BEST_LR - 1.0) + (0.5 if recipe.balance.kind == "uncertainty" else 0.0)
        for step in range(piece_steps, recipe.optim.num_steps + 1, piece_steps):
            yield step, loss + 1.0 / step

    monkeypatch.setattr(study, "train_in_pieces", pieces)
    return begun
