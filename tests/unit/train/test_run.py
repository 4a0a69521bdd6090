"""Whole tiny runs: they learn, and going on is exact."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
import yaml

from allears.config.load import dump_recipe
from allears.config.schema import Recipe
from allears.train.checkpoint import find_checkpoint, load_model, read_checkpoint
from allears.train.run import run_recipe

MakeRecipe = Callable[..., Recipe]
ReadLosses = Callable[[Path], dict[int, dict[str, float]]]


def test_both_losses_fall_on_partly_labelled_clips(
    tmp_path: Path, make_recipe: MakeRecipe, read_losses: ReadLosses
) -> None:
    outcome = run_recipe(make_recipe(num_steps=30), tmp_path)
    losses = read_losses(tmp_path)
    assert outcome.is_finished
    assert outcome.step == 30
    for task in ("speech", "language"):
        curve = [losses[step][task] for step in sorted(losses) if task in losses[step]]
        assert sum(curve[-5:]) < 0.7 * sum(curve[:5]), (task, curve)
    assert outcome.scores["language"]["num_clips"] == 4  # the other 2 dev clips do not say


@pytest.mark.parametrize("changes", [{}, {"ema": 0.9, "balance": {"kind": "fixed", "weights": {"speech": 0.5}}}])
def test_resumed_run_is_bit_identical(
    tmp_path: Path, make_recipe: MakeRecipe, read_losses: ReadLosses, changes: dict[str, object]
) -> None:
    recipe = make_recipe(num_steps=10, **changes)
    run_recipe(recipe, tmp_path / "whole")
    run_recipe(recipe, tmp_path / "cut")
    for lost in (tmp_path / "cut" / "checkpoints").glob("step-00001*.pt"):
        lost.unlink()  # as if the machine had died after step 8 was saved
    (tmp_path / "cut" / "checkpoints" / "step-000008.pt.partial").write_bytes(b"half a file")
    run_recipe(recipe, tmp_path / "cut", is_resumed=True)
    assert read_losses(tmp_path / "cut") == read_losses(tmp_path / "whole")
    ends = [read_checkpoint(find_checkpoint(tmp_path / name)) for name in ("whole", "cut")]
    assert all(torch.equal(value, ends[1]["model"][name]) for name, value in ends[0]["model"].items())


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums are added in another order by another number of threads: here and in the other process it is one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_sigterm_saves_and_the_same_command_goes_on_exactly(
    tmp_path: Path, make_recipe: MakeRecipe, read_losses: ReadLosses
) -> None:
    recipe = make_recipe(num_steps=400)
    run_recipe(make_recipe(num_steps=400, seed=0), tmp_path / "whole", until=9)
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(dump_recipe(recipe), sort_keys=False))
    code = "import sys; from allears.cli.app import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "train", str(path), "--out", str(tmp_path / "run")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    log = tmp_path / "run" / "log.jsonl"
    while process.poll() is None and not (log.exists() and '"train"' in log.read_text()):
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert "--resume" in said
    done = int(find_checkpoint(tmp_path / "run", prefer_best=False).stem.removeprefix("step-"))
    assert 1 <= done < 400
    run_recipe(recipe, tmp_path / "run", is_resumed=True, until=done + 2)
    ours, whole = read_losses(tmp_path / "run"), read_losses(tmp_path / "whole")
    assert max(ours) == done + 2
    assert {s: v for s, v in ours.items() if s in whole} == {s: v for s, v in whole.items() if s in ours}


def test_resuming_with_other_trainable_parts_is_an_error(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=4), tmp_path, until=1)
    frozen = {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16, "freeze": "conv"}
    with pytest.raises(ValueError, match="cannot resume"):
        run_recipe(make_recipe(num_steps=4, encoder=frozen), tmp_path, is_resumed=True)
    with pytest.raises(ValueError, match="`ema` was switched"):
        run_recipe(make_recipe(num_steps=4, ema=0.9), tmp_path, is_resumed=True)


def test_a_folder_with_a_run_is_not_overwritten(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=1), tmp_path)
    with pytest.raises(ValueError, match="--resume"):
        run_recipe(make_recipe(num_steps=1), tmp_path)


def test_load_model_gives_the_averaged_weights(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=6, ema=0.5), tmp_path)
    state = read_checkpoint(find_checkpoint(tmp_path))
    model = load_model(tmp_path)
    name, own = next((n, p) for n, p in model.named_parameters() if "lstm" in n)
    assert not model.training
    assert torch.equal(own, state["average"]["average"][name])
    assert not torch.equal(own, state["model"][name])


def test_best_checkpoint_is_the_one_that_is_loaded(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe(num_steps=4, evaluate={"every_steps": 2, "best": "language.loss"})
    run_recipe(recipe, tmp_path)
    assert find_checkpoint(tmp_path).name == "best.pt"
    with pytest.raises(ValueError, match=r"language\.accuracy"):
        run_recipe(make_recipe(num_steps=1, evaluate={"best": "language.acuracy"}), tmp_path / "typo")


def test_init_takes_the_named_parts(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(num_steps=2), tmp_path / "first")
    first = load_model(tmp_path / "first")
    init = {"from": str(tmp_path / "first"), "parts": ["encoder", "heads.speech"]}
    frozen = {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16, "freeze": "all"}
    run_recipe(make_recipe(num_steps=2, init=init, encoder=frozen), tmp_path / "second")
    second = load_model(tmp_path / "second")
    for (name, before), after in zip(first.encoder.named_parameters(), second.encoder.parameters(), strict=True):
        assert torch.equal(before, after), name


def test_accumulation_sees_the_same_clips_in_fewer_steps(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    run_recipe(make_recipe(optim={"num_steps": 2, "lr": 1e-3, "accumulate": 3}), tmp_path)
    state = read_checkpoint(find_checkpoint(tmp_path))
    assert (state["step"], state["feed"]["epoch"] * 3 + state["feed"]["batch"]) == (2, 6)


def test_nothing_trainable_is_an_error(tmp_path: Path, make_recipe: MakeRecipe) -> None:
    with pytest.raises(ValueError, match=r"conv, .*'lower N'|allowed are none"):
        make_recipe(encoder={"kind": "cnn-bilstm", "freeze": "some"})
    with pytest.raises(ValueError, match="the encoder has 2"):
        run_recipe(make_recipe(encoder={"kind": "cnn-bilstm", "freeze": "lower 9"}), tmp_path)
