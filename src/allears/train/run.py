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
from torch import nn

from allears.config.build import build_balancer, build_dev, build_model, build_optimizer, build_thaw
from allears.config.call import check_options
from allears.config.clips import hash_sources, read_sources, resolve_fields
from allears.config.load import dump_recipe
from allears.config.regime import build_feed, build_regime, build_regularisers, read_training_clips
from allears.config.schema import Recipe
from allears.cost import count
from allears.data.augment.spec import spec_augment
from allears.model import MultiTaskModel
from allears.ranks import first_says, num_ranks, rank
from allears.train.checkpoint import RunFolder, read_checkpoint
from allears.train.distributed import joined, seed_apart, spread
from allears.train.heard import Heard
from allears.train.logs import Progress, RunLog, Silent, make_progress
from allears.train.loop import Outcome, Plan, train
from allears.train.optim import Average
from allears.train.shard import shard_encoder, step_one_by_one
from allears.train.spec_mask import mask_log_mel
from allears.train.state import TrainState, seed_everything
from allears.train.stop import stop_on_signals

__all__ = ["make_plan", "run_recipe"]

log = logging.getLogger(__name__)

_COUNTED_S = 5.0  # a spoken command


def run_recipe(recipe: Recipe, path: Path, *, is_resumed: bool = False, until: int | None = None) -> Outcome:
    """Train as the recipe says, in the folder `path`; under `torchrun` together with the processes it started.

    Args:
        recipe: see `config/schema.py`.
        path: of the run.
        is_resumed: go on from the newest checkpoint; from the start if there is none yet.
        until: stop and save after this step although the recipe has more; None for all of them.

    Raises:
        ValueError: the folder holds a run already and `is_resumed` is false, or whatever building and training raise.
    """
    with joined(recipe.device) as device:
        return _run(recipe, path, device, is_resumed=is_resumed, until=until)


def _run(recipe: Recipe, path: Path, device: torch.device, *, is_resumed: bool, until: int | None) -> Outcome:
    folder = RunFolder(path, keep=recipe.checkpoint.keep)
    if folder.steps and not is_resumed:
        raise ValueError(f"{path} holds a run already ({folder.steps[-1].stem}): add --resume, or choose another --out")
    recipe = _resolve(recipe)
    seed_everything(recipe.seed)
    state = _make_state(recipe, device)
    _resume(state, folder, recipe, device)
    dev = build_dev(recipe, state.model)
    run_log: RunLog | Silent = Silent()
    progress: Progress = Silent()
    if rank() == 0:
        folder.write_text("recipe.yaml", yaml.safe_dump(dump_recipe(recipe), sort_keys=False, allow_unicode=True))
        run_log, progress = RunLog(path, first_step=state.step), make_progress(recipe.optim.num_steps, state.step)
    run_log.write("start", state.step, **_start_facts(state, device))
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


def _start_facts(state: TrainState, device: torch.device) -> dict[str, Any]:
    """What the log says of the run before its first step; `flops` are those of a clip of 5 s, by part."""
    costs = count(state.model, _COUNTED_S) if num_ranks() == 1 else []
    return {
        "device": str(device),
        "num_processes": num_ranks(),
        "parameters": state.model.num_parameters(),
        "flops": {cost.part: cost.flops for cost in costs},
        "num_shared": sum(p.numel() for p in state.model.shared_parameters()),
    }


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
        log_conflict_every_steps=recipe.log_conflict_every_steps,
        log_affinity_every_steps=recipe.log_affinity_every_steps,
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
    is_sharded = _spread(recipe, model, balancer)
    if recipe.data.spec_augment:
        check_options(
            "data.spec_augment", spec_augment, recipe.data.spec_augment, given=("mel", "generator", "num_frames")
        )
        mask_log_mel(model, model.encoder, recipe.data.spec_augment)
    clips = read_training_clips(recipe, model)
    regime = build_regime(recipe, clips)
    optimizer = build_optimizer(recipe, model, balancer)
    if is_sharded:
        step_one_by_one(optimizer)
    seed_apart(recipe.seed)
    return TrainState(
        model=model,
        balancer=balancer,
        optimizer=optimizer,
        feed=build_feed(recipe, model, clips, regime),
        regime=regime,
        regularisers=build_regularisers(recipe, model),
        heard=Heard(recipe.warn_starved_every_steps),
        average=Average(model, recipe.ema) if recipe.ema else None,
        thaw=build_thaw(recipe, model),
        facts=_facts(recipe),
    )


def _spread(recipe: Recipe, model: MultiTaskModel, balancer: nn.Module) -> bool:
    """The same weights on every process; returns whether the encoder is sharded over them."""
    is_sharded = recipe.distributed.kind == "fsdp2"
    if num_ranks() == 1:
        if is_sharded:
            log.warning("distributed.kind is fsdp2, but there is one process: nothing is sharded (see torchrun)")
        return False
    spread(model, balancer)
    _ = model.reached  # found out by drawing: now, while all processes draw the same
    if is_sharded:
        _check_shardable(recipe)
        shard_encoder(model)
    return is_sharded


def _check_shardable(recipe: Recipe) -> None:
    """Raise ValueError for what needs whole weights or their gradients task by task."""
    whole = {
        "regularise": bool(recipe.regularise),
        "log_affinity_every_steps": recipe.log_affinity_every_steps is not None,
    }
    asked = [name for name, is_asked in whole.items() if is_asked]
    if asked:
        raise ValueError(
            f"distributed.kind is fsdp2, which cannot do {' and '.join(asked)}: they read weights or gradients whole, "
            "and each process has a part; take them out, or set distributed.kind to ddp"
        )


def _resume(state: TrainState, folder: RunFolder, recipe: Recipe, device: torch.device) -> None:
    found = folder.newest_sound(device) if rank() == 0 else None
    path = first_says(None if found is None else found[0])
    if path is None:
        log.info("starting at step 0 in %s", folder.path)
        return
    saved = read_checkpoint(path, device=device) if found is None else found[1]
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
