"""Every recipe that ships parses."""

from __future__ import annotations

from pathlib import Path

import pytest

from allears.config.load import load_recipe

RECIPES = sorted((Path(__file__).parents[3] / "recipes").rglob("*.yaml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.name)
def test_recipe_parses(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALLEARS_DATA", "ALLEARS_WHISPER", "ALLEARS_WORK"):
        monkeypatch.setenv(name, "/somewhere")
    assert load_recipe(path).tasks
