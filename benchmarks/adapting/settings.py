"""The recipe of a run: what each method changes, and nothing else.

In: a run, its manifests, the model. Out: a `Recipe`. Steps are chosen by the time that they take (two slow cores:
about 5 minutes of CPU for 5 minutes of speech, 15 for all of it); a step hears 8 clips or 32 s of padded sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapting.plan import BESIDE, FROZEN, FULL, LORA, LORA_DECODER, REHEARSED, SCRATCH, Run
from adapting.subsets import train_path
from adapting.targets import target_of
from allears.config.clips import read_sources, resolve_fields
from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.data.manifest import read_manifest
from allears.transfer.adapting.recipe import fill_up

__all__ = ["STEPS", "recipe_of", "settings_of"]

_LORA = {"method": "lora", "rank": 16, "alpha": 32, "targets": ["q", "k", "v", "out", "ffn"]}
_REHEARSED = 1 / 3  # of the clips


@dataclass(frozen=True)
class _Way:
    """What a method says.

    Attributes:
        adapt: the section of that name.
        rates: of the section `optim`.
        is_kept: whether the encoder is the exported one, whose frames are kept.
        steps: with up to 10 minutes of speech, up to 30, and more.
    """

    adapt: Mapping[str, Any]
    rates: Mapping[str, Any]
    steps: tuple[int, int, int]
    is_kept: bool = False


_OF_LORA = _Way(_LORA, {"lr": 1e-3}, (60, 120, 180))
_WAYS: Mapping[str, _Way] = {
    LORA: _OF_LORA,
    REHEARSED: _OF_LORA,
    BESIDE: _OF_LORA,
    LORA_DECODER: _Way({**_LORA, "parts": ["decoder"]}, {"lr": 1e-3}, (120, 300, 450), is_kept=True),
    FROZEN: _Way({"method": "frozen"}, {"lr_of": {"heads": 5e-5}}, (100, 200, 300), is_kept=True),
    FULL: _Way({"method": "full"}, {"encoder_lr": 2e-5, "lr_of": {"heads": 5e-5}}, (50, 100, 150)),
}
STEPS: Mapping[str, tuple[int, int, int]] = {name: way.steps for name, way in _WAYS.items()} | {
    SCRATCH: (300, 600, 900)
}
_SMALL, _MIDDLE = 10.0, 30.0  # minutes of speech: which of the three


def recipe_of(run: Run, work: Path, model: Path, *, speech: float, steps: int | None, device: str = "auto") -> Recipe:
    """The recipe of a run.

    Args:
        run: not zero-shot.
        work: folder of manifests, tokenizer and kept frames.
        model: folder of allears-base.
        speech: minutes of it that the run learns from.
        steps: in place of the method's own, for a quick look.
        device: `auto`, `cpu` or `cuda`.
    """
    settings = settings_of(run, work, speech=speech, steps=steps) | {"device": device}
    if run.method != SCRATCH:
        settings = fill_up(settings, model, work)
    recipe = parse_recipe(settings, run.key)
    return resolve_fields(recipe, read_sources(recipe.data.train))


def settings_of(run: Run, work: Path, *, speech: float, steps: int | None = None) -> dict[str, Any]:
    """What a person would write into the recipe; see `recipe_of`."""
    target = target_of(run.target)
    count = steps or STEPS[run.method][0 if speech <= _SMALL else 1 if speech <= _MIDDLE else 2]
    train: list[dict[str, Any]] = [{"manifest": str(train_path(work, target, run.minutes, run.seed))}]
    settings: dict[str, Any] = {
        "name": run.key.replace("/", "-"),
        "seed": run.seed,
        "data": {"train": train, "max_batch_s": 32, "max_clips": 8},
        "optim": {"num_steps": count, "warmup_steps": count // 10, "weight_decay": 0.0},
        "evaluate": {"every_steps": count},  # nothing is chosen: the last weights are measured
        "checkpoint": {"every_steps": count, "keep": 1},
        "log_every_steps": max(1, count // 10),
    }
    if run.method == SCRATCH:
        return _from_nothing(settings)
    way = _WAYS[run.method]
    settings["adapt"] = dict(way.adapt)
    settings["optim"] |= way.rates
    settings["tasks"] = _tasks(run, target.task)
    if way.is_kept:
        cache = str(work / "frames")
        settings["encoder"] = {"kind": "exported", "cache": cache, "only_last": True}
    if run.method == REHEARSED:
        train.append(_rehearsal(work / "data" / "english.jsonl", Path(train[0]["manifest"])))
    return settings


def _rehearsal(old: Path, new: Path) -> dict[str, Any]:
    """Old clips, weighed so that they are their share of all."""
    num_old, num_new = (sum(1 for _ in read_manifest(path)) for path in (old, new))
    return {"manifest": str(old), "weight": _REHEARSED / (1 - _REHEARSED) * num_new / num_old}


def _tasks(run: Run, name: str) -> dict[str, dict[str, Any]]:
    """Clips of one language, so what finds the language learns nothing (docs/adapt.md)."""
    if name == "transcribe":
        return {name: {"soft": 0.0, "language_weight": 0.0}}
    beside = _tasks(run, "transcribe") if run.method == BESIDE else {}
    return {name: {"language_weight": 0.0}, **beside}


def _from_nothing(settings: dict[str, Any]) -> dict[str, Any]:
    """Sizes and rate of `recipes/scratch/cnn-bilstm.yaml`; frames of 20 ms, of which letters need more than words."""
    settings["encoder"] = {"kind": "cnn-bilstm", "dim": 128, "lstm_dim": 128, "frame_ms": 20, "features": "mfcc"}
    settings["tasks"] = {
        "transcribe": {"kind": "ctc", "units": {"from_field": "text", "each": "character"}, "body": "linear"}
    }
    settings["data"] |= {"max_batch_s": 64, "max_clips": 16, "augment": {"speed_probability": 0.5}}
    settings["optim"] |= {"lr": 2e-3, "weight_decay": 0.01}
    return settings
