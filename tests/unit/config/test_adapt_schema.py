"""A recipe says how a model is adapted, and the model is built so."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.config.build import build_model, build_optimizer, build_thaw  # noqa: E402
from allears.config.load import parse_recipe  # noqa: E402

RECIPE: dict[str, Any] = {
    "name": "x",
    "data": {"train": [{"manifest": "x"}]},
    "encoder": {"kind": "whisper", "dim": 16, "depth": 3, "num_heads": 2},
    "tasks": {"speech": {"hidden": 4}},
    "optim": {"num_steps": 10, "lr": 1.0, "encoder_lr": 0.5, "layer_decay": 0.1},
}


def test_lora_and_rates_layer_by_layer() -> None:
    recipe = parse_recipe({**RECIPE, "adapt": {"rank": 2, "parts": ["encoder"]}})
    model = build_model(recipe)
    assert {n.rpartition(".")[2] for n, p in model.encoder.named_parameters() if p.requires_grad} == {"down", "up"}
    groups = build_optimizer(recipe, model, torch.nn.Module()).param_groups
    assert sorted({group["peak_lr"] for group in groups}) == pytest.approx([0.005, 0.05, 0.5, 1.0])


def test_only_gradual_thaws() -> None:
    for method, thaws in (("gradual", True), ("full", False)):
        recipe = parse_recipe({**RECIPE, "adapt": {"method": method}})
        assert (build_thaw(recipe, build_model(recipe)) is not None) is thaws
    recipe = parse_recipe(RECIPE)
    assert build_thaw(recipe, build_model(recipe)) is None


def test_a_misspelt_key_says_so() -> None:
    with pytest.raises(ValueError, match=r"unknown key 'adapt.rang'. Did you mean 'rank'"):
        parse_recipe({**RECIPE, "adapt": {"rang": 2}})
