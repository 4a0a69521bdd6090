"""Recipes: what they may say, and how wrong ones are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from allears.config.load import dump_recipe, load_recipe, override, parse_recipe

GOOD: dict[str, Any] = {
    "name": "a",
    "data": {"train": [{"manifest": "m.jsonl"}]},
    "encoder": {"kind": "cnn-bilstm", "dim": 8},
    "tasks": {"speech": None},
    "optim": {"num_steps": 3},
}


def test_a_resolved_recipe_reads_back_the_same() -> None:
    recipe = parse_recipe(GOOD | {"init": {"from": "runs/b"}})
    assert parse_recipe(yaml.safe_load(yaml.safe_dump(dump_recipe(recipe)))) == recipe
    assert recipe.encoder.options == {"dim": 8}
    assert recipe.optim.lr == 1e-3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optm": 1}, r"unknown key 'optm'\. Did you mean 'optim'\?"),
        ({"optim": {"num_steps": 3, "learn_rate": 1}}, r"unknown key 'optim\.learn_rate'"),
        ({"optim": {"num_steps": 3, "wieght_decay": 1}}, r"Did you mean 'weight_decay'\?"),
        ({"data": {"train": [{"manifest": "m", "splt": "x"}]}}, r"'data\.train\.0\.splt'\. Did you mean 'split'\?"),
        ({"init": {"form": "x"}}, r"'init\.form'\. Did you mean 'from'\?"),
        ({"optim": {"num_steps": 0}}, r"optim\.num_steps: .*greater than 0 \(got 0\)"),
        ({"precision": "fp16"}, r"precision: .*'fp32' or 'bf16'"),
        ({"encoder": {"kind": "a", "freeze": "lower"}}, r"'lower 3'"),
        ({"tasks": {}}, "tasks"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_recipe(GOOD | change)


def test_overrides_are_typed_as_yaml_and_reach_into_lists(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(GOOD))
    recipe = load_recipe(
        path, ["optim.lr=3e-4", "data.train.0.split=train", "tasks.language.classes=[de, en]", "ema=0.9"]
    )
    assert recipe.optim.lr == 3e-4
    assert recipe.data.train[0].split == "train"
    assert recipe.tasks["language"].options == {"classes": ["de", "en"]}
    assert recipe.ema == 0.9


@pytest.mark.parametrize("setting", ["optim.lr", "data.train.7.split=x", "data.train.x=1", "name.first=x"])
def test_an_override_that_leads_nowhere_is_an_error(setting: str) -> None:
    with pytest.raises(ValueError, match="--set"):
        override({"name": "a", "data": {"train": [{}]}}, setting)


def test_environment_variables_are_filled_in_or_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    data = GOOD | {"data": {"train": [{"manifest": "${ALLEARS_DATA}/m.jsonl"}]}}
    monkeypatch.setenv("ALLEARS_DATA", "/corpora")
    assert parse_recipe(data).data.train[0].manifest == "/corpora/m.jsonl"
    monkeypatch.delenv("ALLEARS_DATA")
    with pytest.raises(ValueError, match="export ALLEARS_DATA="):
        parse_recipe(data)


def test_files_that_are_no_recipes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no recipe at"):
        load_recipe(tmp_path / "none.yaml")
    (tmp_path / "list.yaml").write_text("- a\n")
    with pytest.raises(ValueError, match="must hold a mapping"):
        load_recipe(tmp_path / "list.yaml")
    (tmp_path / "broken.yaml").write_text("a: [1\n")
    with pytest.raises(ValueError, match="is not YAML"):
        load_recipe(tmp_path / "broken.yaml")
    (tmp_path / "code.yaml").write_text("a: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(ValueError, match="is not YAML"):
        load_recipe(tmp_path / "code.yaml")
