"""A whole run from a recipe: put the parts together, train or go on, and leave a folder behind.

In: a recipe and a folder. Out: the outcome; checkpoints, logs and the resolved recipe in the folder.
"""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
import yaml

from allears.config.build import build_balancer, build_dev, build_feed, build_model, build_optimizer
from allears.config.call import check_options
from allears.config.clips import hash_sources, read_sources, resolve_fields
from allears.config.load import dump_recipe
from allears.config.schema import Recipe
from allears.data.augment.spec import spec_augment
from allears.train.checkpoint import RunFolder, read_checkpoint
from allears.train.device import choose_device
from allears.train.logs import RunLog, make_progress
from allears.train.loop import Outcome, Plan, train
from allears.train.optim import Average
from allears.train.spec_mask import mask_log_mel
from allears.train.state import TrainState, seed_everything
from allears.train.stop import stop_on_signals

__all__ = ["make_plan", "run_recipe"]

log = logging.getLogger(__name__)


def run_recipe(recipe: Recipe, path: Path, *, is_resumed: bool = False, until: int | None = None) -> Outcome:
    """Train as the recipe says, in the folder `path`.

    Args:
        recipe: see `config/schema.py`.
        path: of the run.
        is_resumed: go on from the newest checkpoint; from the start if there is none yet.
        until: stop and save after this step although the recipe has more; None for all of them.

    Raises:
        ValueError: the folder holds a run already and `is_resumed` is false, or whatever building and training raise.
    """
    folder = RunFolder(path, keep=recipe.checkpoint.keep)
    if folder.steps and not is_resumed:
        raise ValueError(f"{path} holds a run already ({folder.steps[-1].stem}): add --resume, or choose another --out")
    recipe = _resolve(recipe)
    seed_everything(recipe.seed)
    device = choose_device(recipe.device)
    state = _make_state(recipe, device)
    _resume(state, folder, recipe, device)
    folder.write_text("recipe.yaml", yaml.safe_dump(dump_recipe(recipe), sort_keys=False, allow_unicode=True))
    dev = build_dev(recipe, state.model)
    run_log, progress = RunLog(path, first_step=state.step), make_progress(recipe.optim.num_steps, state.step)
    run_log.write("start", state.step, device=str(device), parameters=state.model.num_parameters())
    try:
        with stop_on_signals() as stop:
            return train(
                state,
                make_plan(recipe),
                folder=folder,
                run_log=run_log,
                progress=progress,
                dev=dev,
                device=device,
                stop=stop,
                until=until,
            )
    finally:
        progress.close()
        run_log.close()
        state.feed.close()


def make_plan(recipe: Recipe) -> Plan:
    """The loop's settings of a recipe."""
    optim = recipe.optim
    return Plan(
        num_steps=optim.num_steps,
        warmup_steps=optim.warmup_steps,
        schedule=optim.schedule,
        accumulate=optim.accumulate,
        clip_norm=optim.clip_norm,
        precision=recipe.precision,
        log_every_steps=recipe.log_every_steps,
        evaluate_every_steps=recipe.evaluate.every_steps,
        checkpoint_every_steps=recipe.checkpoint.every_steps,
        best=recipe.evaluate.best,
    )


def _resolve(recipe: Recipe) -> Recipe:
    """Fill in `from_field` options; the clips are read for it only if there are any."""
    asks = any(
        isinstance(v, Mapping) and "from_field" in v for task in recipe.tasks.values() for v in task.options.values()
    )
    return resolve_fields(recipe, read_sources(recipe.data.train)) if asks else recipe


def _make_state(recipe: Recipe, device: torch.device) -> TrainState:
    """Everything that training changes, fresh."""
    model = build_model(recipe).to(device)
    balancer = build_balancer(recipe).to(device)
    if recipe.data.spec_augment:
        check_options(
            "data.spec_augment", spec_augment, recipe.data.spec_augment, given=("mel", "generator", "num_frames")
        )
        mask_log_mel(model, model.encoder, recipe.data.spec_augment)
    return TrainState(
        model=model,
        balancer=balancer,
        optimizer=build_optimizer(recipe, model, balancer),
        feed=build_feed(recipe, model),
        average=Average(model, recipe.ema) if recipe.ema else None,
        facts=_facts(recipe),
    )


def _resume(state: TrainState, folder: RunFolder, recipe: Recipe, device: torch.device) -> None:
    if not folder.steps:
        log.info("starting at step 0 in %s", folder.path)
        return
    saved = read_checkpoint(folder.steps[-1], device=device)
    for name, before, now in _changes(saved["recipe"], dump_recipe(recipe)):
        log.warning("the recipe changed since the checkpoint: %s was %s and is %s", name, before, now)
    state.load_state_dict(saved)
    log.info("going on after step %d in %s", state.step, folder.path)


def _changes(before: Any, now: Any, path: str = "") -> list[tuple[str, str, str]]:
    """Settings that differ between two resolved recipes."""
    if isinstance(before, dict) and isinstance(now, dict):
        keys = sorted({*before, *now})
        return [c for key in keys for c in _changes(before.get(key), now.get(key), f"{path}.{key}".lstrip("."))]
    return [] if before == now else [(path, json.dumps(before), json.dumps(now))]


def _facts(recipe: Recipe) -> dict[str, Any]:
    """What made the weights, for whoever finds the file."""
    return {
        "recipe": dump_recipe(recipe),
        "data_sha256": hash_sources(recipe.data.train),
        "git": _git_hash(),
        "torch": str(torch.__version__),
        "allears": _version(),
    }


def _git_hash() -> str | None:
    """Commit of the working folder, with `+` if files differ from it; None outside a repository."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True)
        dirty = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")


def _version() -> str | None:
    try:
        return metadata.version("allears")
    except metadata.PackageNotFoundError:
        return None
