"""A run that is killed again and again, at any moment, loses nothing but time."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from allears.config.schema import Recipe
from allears.train.checkpoint import find_checkpoint, read_checkpoint
from allears.train.run import run_recipe

LIFE_S = 300  # longest wait for one process: the machine that runs the tests may be busy with others


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[[Recipe, Path], Any]:
    """Starts a training process that can be killed; torch is imported once for all of them, before they fork."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["allears.train.run"])

    def run(recipe: Recipe, folder: Path) -> Any:
        process = context.Process(target=run_recipe, args=(recipe, folder), kwargs={"is_resumed": True})
        process.start()
        return process

    return run


def _saved(folder: Path) -> int:
    steps = sorted((folder / "checkpoints").glob("step-*.pt"))
    return int(steps[-1].stem.removeprefix("step-")) if steps else 0


def _live(process: Any, is_enough: Callable[[], bool]) -> None:
    """Wait until the process has ended, or done enough."""
    end_s = time.monotonic() + LIFE_S
    while process.is_alive() and not is_enough():
        assert time.monotonic() < end_s, "the process neither ends nor gets on"
        time.sleep(0.002)


def _train_through_kills(start: Callable[..., Any], recipe: Recipe, folder: Path, num_kills: int) -> None:
    chance = random.Random(7)
    for _ in range(num_kills):
        goal = _saved(folder) + chance.randint(1, 4)
        process = start(recipe, folder)
        _live(process, lambda goal=goal: _saved(folder) >= goal)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "it was done before it could be killed"
        for path in (folder / "checkpoints").glob("*.pt"):
            read_checkpoint(path)
    process = start(recipe, folder)
    _live(process, lambda: False)
    process.join()
    assert process.exitcode == 0


@pytest.mark.parametrize("num_kills", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_the_losses_and_weights_are_those_of_a_run_that_was_left_alone(
    tmp_path: Path,
    make_recipe: Callable[..., Recipe],
    read_losses: Callable[[Path], dict[int, dict[str, float]]],
    start: Callable[..., Any],
    num_kills: int,
) -> None:
    recipe = make_recipe(
        num_steps=20 * num_kills,
        balance={"kind": "uncertainty"},
        ema=0.9,
        checkpoint={"every_steps": 2, "keep": 1},
        evaluate={"every_steps": 7, "best": "language.loss"},
    )
    _train_through_kills(start, recipe, tmp_path / "killed", num_kills)
    _train_through_kills(start, recipe, tmp_path / "whole", 0)
    assert read_losses(tmp_path / "killed") == read_losses(tmp_path / "whole")
    killed, whole = (read_checkpoint(find_checkpoint(tmp_path / n, prefer_best=False)) for n in ("killed", "whole"))
    assert killed["best"] == whole["best"]
    for part in ("model", "balancer"):
        assert all(torch.equal(value, killed[part][name]) for name, value in whole[part].items())
    average = whole["average"]["average"]
    assert all(torch.equal(value, killed["average"]["average"][name]) for name, value in average.items())
    assert not list((tmp_path / "killed" / "checkpoints").glob("*.partial"))
