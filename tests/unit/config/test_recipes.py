"""Every recipe that ships parses."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.config.load import load_recipe

FOLDER = Path(__file__).parents[3] / "recipes"
OF_TEXT = "text*.yaml"  # open language has recipes of its own: tests/unit/understand/learn/test_recipes.py
OF_RECOVERY = "recover.yaml"  # its encoder is that of the pruned model: `allears compress --recover` fills it in
RECIPES = sorted(set(FOLDER.rglob("*.yaml")) - set(FOLDER.rglob(OF_TEXT)) - set(FOLDER.rglob(OF_RECOVERY)))


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.name)
def test_recipe_parses(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALLEARS_DATA", "ALLEARS_WHISPER", "ALLEARS_WORK"):
        monkeypatch.setenv(name, "/somewhere")
    assert load_recipe(path).tasks
