"""Learning a voice's vector, on the engine that trained the model: its recipe, changed to what is to be learned.

In: the run that the voices come from, the newcomer's material. Out: a run, whose model has the new vectors.

The vectors alone learn (`adapt: {method: conditions}`): all other weights, and so the other voices, stay what they were
to the bit. With `rest_rate` the rest learns, too, at that share of the rate, and old clips must be rehearsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from allears.config.load import parse_recipe
from allears.config.schema import Recipe
from allears.train.checkpoint import FORMAT, find_checkpoint, read_checkpoint, weights_of
from allears.train.run import run_recipe
from allears.transfer.voice.material import SPEC, SPEECH
from allears.transfer.voice.newcomer import Newcomer, first_vectors
from allears.transfer.voice.tables import DIALECTS, VOICES
from allears.voice_spec import VoiceSpec

__all__ = ["KINDS", "LearnPlan", "kinds_of", "learn_voice", "read_run", "write_start"]

KINDS = ("duration", "pitch", "energy", "spectrum")
_REPLAYED = 0.5  # weight of old clips, where the rest learns
_LONGEST_S = 20.0


@dataclass(frozen=True)
class LearnPlan:
    """Settings.

    Attributes:
        num_steps: of training.
        lr: peak rate of the vectors; they are few, so it is large.
        rest_rate: share of it at which the rest learns; 0: it does not.
        replay: manifest of clips of the old voices, in the form of `speech.jsonl`.
        batch_s: seconds of speech in a batch, at most.
        seed: of order and dropout.
    """

    num_steps: int = 300
    lr: float = 1e-2
    rest_rate: float = 0.0
    replay: Path | None = None
    batch_s: float = 40.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.rest_rate and self.replay is None:
            raise ValueError(
                "the rest of the model learns, so the old voices would be forgotten: give clips of them to rehearse "
                "(--replay), or leave --rest-rate out"
            )


def read_run(run: str | Path) -> dict[str, Any]:
    """A run's checkpoint.

    Raises:
        ValueError: none, or a run of something else than a voice.
    """
    state = read_checkpoint(find_checkpoint(run))
    if VOICES not in weights_of(state) or DIALECTS not in weights_of(state):
        raise ValueError(f"{run} has no vectors of voices: give a run of recipes/voice/acoustic.yaml or one like it")
    kinds_of(state)
    return state


def kinds_of(state: Mapping[str, Any]) -> dict[str, str]:
    """Kind of task -> its name in the run, of those that a voice needs.

    Raises:
        ValueError: one is missing.
    """
    named = {(section or {}).get("kind") or name: name for name, section in state["recipe"]["tasks"].items()}
    if missing := [kind for kind in KINDS if kind not in named]:
        raise ValueError(f"the run has no task {', '.join(missing)}: train with recipes/voice/acoustic.yaml")
    return {kind: named[kind] for kind in KINDS}


def write_start(state: Mapping[str, Any], spec: VoiceSpec, new: Newcomer, path: Path) -> None:
    """The checkpoint to begin with: that of the run, with first vectors of the newcomer (`spec` is without them)."""
    weights = weights_of(state)
    tables = (weights[name].cpu().numpy() for name in (VOICES, DIALECTS))
    voices, dialects = first_vectors(spec, new, *tables)
    weights |= {VOICES: torch.from_numpy(voices), DIALECTS: torch.from_numpy(dialects)}
    old = state["recipe"]
    others = set(old["tasks"]) - set(kinds_of(state).values())  # have no label here
    recipe = {**old, "tasks": {name: section for name, section in old["tasks"].items() if name not in others}}
    own = {name: value for name, value in weights.items() if others.isdisjoint(name.split("."))}
    kept = {
        "format": FORMAT,
        "step": 0,
        "model": own,
        "average": None,
        "recipe": {**recipe, "balance": _balance(recipe)},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(kept, partial)
    partial.replace(path)


def learn_voice(
    state: Mapping[str, Any], start: Path, material: Path, plan: LearnPlan, out: Path, *, is_new_dialect: bool
) -> bool:
    """Train into `out`. False if it was stopped before the end.

    Args:
        state: of the run that the voices come from.
        start: `write_start`'s file.
        material: folder of `write_material`.
        plan: settings.
        out: folder of the new run.
        is_new_dialect: whether the dialect's vector learns, too.
    """
    recipe = _recipe(state, start, material, plan, is_new_dialect=is_new_dialect)
    return run_recipe(recipe, out).is_finished


def _recipe(state: Mapping[str, Any], start: Path, material: Path, plan: LearnPlan, *, is_new_dialect: bool) -> Recipe:
    old = state["recipe"]
    tables = ["voices", *(["dialects"] if is_new_dialect else [])]
    return parse_recipe(
        {
            "name": "voice",
            "seed": plan.seed,
            "data": _data(old, material, plan),
            "encoder": {**old["encoder"], "freeze": "none", "init_from": None},
            "sharing": old.get("sharing", {}),
            "tasks": {name: old["tasks"][name] for name in kinds_of(state).values()},
            "balance": _balance({**old, "tasks": {name: {} for name in kinds_of(state).values()}}),
            "optim": _optim(plan, tables),
            "init": {"from": str(start), "parts": ["encoder", "sharing", "heads"]},
            "adapt": None if plan.rest_rate else {"method": "conditions", "tables": tables},
            "evaluate": {"every_steps": plan.num_steps},
            "checkpoint": {"every_steps": plan.num_steps, "keep": 1},
        },
        "the recipe of a new voice",
    )


def _data(old: Mapping[str, Any], material: Path, plan: LearnPlan) -> dict[str, Any]:
    speech = {"manifest": str(material / SPEECH), "max_s": _LONGEST_S}
    train: list[dict[str, Any]] = [{**speech, "split": "train"}]
    if plan.rest_rate:
        train.append({"manifest": str(plan.replay), "split": "train", "weight": _REPLAYED, "max_s": _LONGEST_S})
    return {
        "input": {"kind": "phones", "spec": str(material / SPEC)},
        "train": train,
        "dev": [{**speech, "split": "dev"}],
        "max_batch_s": plan.batch_s,
        "max_clips": old["data"].get("max_clips") or 16,
    }


def _balance(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """That of a recipe, without the weights of tasks that it has not."""
    section = dict(recipe.get("balance") or {})
    if section.get("weights"):
        section["weights"] = {name: value for name, value in section["weights"].items() if name in recipe["tasks"]}
    return section


def _optim(plan: LearnPlan, tables: list[str]) -> dict[str, Any]:
    """No decay: a vector that is not learned from a clip must not move."""
    rest = plan.lr * plan.rest_rate if plan.rest_rate else plan.lr
    return {
        "num_steps": plan.num_steps,
        "warmup_steps": max(1, plan.num_steps // 20),
        "lr": rest,
        "lr_of": {f"encoder.{table}": plan.lr for table in tables},
        "weight_decay": 0.0,
    }
