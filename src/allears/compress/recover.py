"""Train a model that was made smaller until it does again what it did, by a recipe.

In: a model folder of floats and the settings of a recipe, whose sections `encoder`, `init` and options of tasks come
from the folder where the recipe is silent. Out: a folder with the encoder and the heads that learned; all else as it
was.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allears.compress.network import put_down
from allears.config.load import parse_recipe
from allears.runtime.model_folder import ModelFolder
from allears.train.checkpoint import load_model
from allears.train.run import run_recipe
from allears.transfer.adapting.recipe import fill_up

__all__ = ["recover"]


def recover(model: ModelFolder, settings: Mapping[str, Any], run: Path, out: Path) -> int:
    """Train in the folder `run`, write the folder `out`. Returns how many steps were done.

    Raises:
        ValueError: whatever building and training refuse, or the training was stopped.
    """
    run.mkdir(parents=True, exist_ok=True)
    recipe = parse_recipe(fill_up(settings, model.path, run), "the recipe of --recover")
    outcome = run_recipe(recipe, run / "run", is_resumed=True)
    if not outcome.is_finished:
        raise ValueError(f"the recovery was stopped after step {outcome.step}: run the command again to go on with it")
    network = load_model(run / "run")
    known = {task.name for task in model.spec.tasks}
    put_down(network, model, out, [n for n, task in network.tasks.items() if task.is_exported and n in known])
    return outcome.step
