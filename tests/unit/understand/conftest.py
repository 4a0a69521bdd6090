"""A tiny model of open language, trained and exported once: every test that reads with one reads with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.understand.tiny_text import write_bert, write_sentences


@dataclass(frozen=True)
class Trained:
    """Attributes: `recipe`: YAML file; `run`: run folder; `model`, `model_fp32`: exported folders."""

    recipe: Path
    run: Path
    model: Path
    model_fp32: Path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    pytest.importorskip("torch", reason="a model is trained for it: install the extra `train`")
    from allears.understand.learn.export import pack_understand
    from allears.understand.learn.recipe import load_text_recipe
    from allears.understand.learn.run import load_trained, run_text_recipe

    folder = tmp_path_factory.mktemp("understand")
    write_bert(folder / "bert")
    recipe = folder / "recipe.yaml"
    recipe.write_text(write_sentences(folder))
    assert run_text_recipe(load_text_recipe(recipe), folder / "run").is_finished
    model, spec, pieces = load_trained(folder / "run")
    pack_understand(model, spec, pieces, folder / "model")
    pack_understand(model, spec, pieces, folder / "fp32", is_int8=False)
    return Trained(recipe, folder / "run", folder / "model", folder / "fp32")
