from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from allears.train.checkpoint import find_checkpoint, read_checkpoint, weights_of
from allears.understand.learn.recipe import load_text_recipe
from allears.understand.learn.run import load_trained, run_text_recipe
from tests.unit.understand.conftest import Trained


def test_a_killed_run_goes_on_to_the_same_weights(trained: Trained, tmp_path: Path) -> None:
    """The checkpoint before the last is all that is left, and the run is taken up from there."""
    recipe = load_text_recipe(trained.recipe)
    folder = shutil.copytree(trained.run, tmp_path / "run")
    before, last = sorted((folder / "checkpoints").glob("step-*.pt"))
    whole = weights_of(read_checkpoint(last))
    last.unlink()
    assert run_text_recipe(recipe, folder, is_resumed=True).is_finished
    again = weights_of(read_checkpoint(find_checkpoint(folder, prefer_best=False)))
    assert before.name != last.name
    assert all(torch.equal(whole[name], again[name]) for name in whole)


def test_a_run_is_not_written_over(trained: Trained) -> None:
    with pytest.raises(ValueError, match="holds a run already"):
        run_text_recipe(load_text_recipe(trained.recipe), trained.run)


def test_the_thresholds_are_measured(trained: Trained) -> None:
    _, spec, _ = load_trained(trained.run)
    assert all(one.scope_threshold != 0.0 for one in spec.sets)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"has no spec.json"):
        load_trained(tmp_path)
