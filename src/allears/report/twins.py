"""Single-task twins of a recipe: the same data, order and steps, one task each. What `--twins` of the report reads.

In: a recipe and seeds. Out: run folders `DIR/TASK/seed-N`, and `DIR/joint/seed-N` if asked. Finished ones are skipped,
begun ones go on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.config.load import dump_recipe, parse_recipe
from allears.config.schema import Recipe
from allears.train.run import run_recipe

__all__ = ["JOINT", "TwinRun", "plan_twins", "train_twins", "twin_of"]

log = logging.getLogger(__name__)

JOINT = "joint"  # folder of the runs with all tasks


@dataclass(frozen=True)
class TwinRun:
    """One run to do: `task` None is the joint one."""

    task: str | None
    seed: int
    path: Path
    recipe: Recipe


def twin_of(recipe: Recipe, task: str) -> Recipe:
    """The recipe with this task alone.

    Kept: data, encoder, sharing, optimiser, steps. Options keyed by task names lose the others; the balancer is `fixed`
    with weight 1 and the regime `joint`, since with one task there is nothing to balance or to take turns.
    """
    data = dump_recipe(recipe)
    others = set(data["tasks"]) - {task}
    best = str((data.get("evaluate") or {}).get("best") or "")
    data["tasks"] = {task: data["tasks"][task]}
    data["name"] = f"{data['name']}-{task}"
    data["balance"] = {"kind": "fixed"}
    if "regime" in data:
        data["regime"] = {"kind": "joint"}
    for section in ("sharing", "data", "optim"):
        data[section] = _without(data[section], others)
    if best.partition(".")[0] != task:
        data["evaluate"]["best"] = None
    return parse_recipe(data, f"twin of {task}")


def plan_twins(
    recipe: Recipe, out: Path, seeds: Sequence[int], *, tasks: Sequence[str] = (), is_joint: bool = False
) -> list[TwinRun]:
    """The runs, seed by seed, so that an early end leaves whole seeds.

    Args:
        recipe: of several tasks.
        out: their folder.
        seeds: one run of each task with each.
        tasks: only these; all if empty. Adversarial tasks have no twin: alone they would have nobody to disturb.
        is_joint: also the recipe itself with each seed.

    Raises:
        ValueError: an unknown task, or no seeds.
    """
    unknown = sorted(set(tasks) - set(recipe.tasks))
    if unknown:
        raise ValueError(f"the recipe has no task {', '.join(unknown)}: it has {', '.join(recipe.tasks)}")
    if not seeds:
        raise ValueError("no seeds: give --seeds 0, or more of them for intervals")
    return list(_plan(recipe, out, list(dict.fromkeys(seeds)), list(tasks) or list(recipe.tasks), is_joint))


def train_twins(runs: Sequence[TwinRun]) -> list[TwinRun]:
    """Train what is not finished; returns what is finished after that. Ends early when the user stops a run."""
    done = []
    for number, run in enumerate(runs, start=1):
        log.info("%d of %d: %s", number, len(runs), run.path)
        if not _is_finished(run):
            outcome = run_recipe(run.recipe, run.path, is_resumed=True)
            if not outcome.is_finished:
                break
        done.append(run)
    return done


def _plan(recipe: Recipe, out: Path, seeds: list[int], tasks: list[str], is_joint: bool) -> Iterator[TwinRun]:
    adversaries = {name for name, section in recipe.tasks.items() if getattr(section, "reverse", None)}
    for seed in seeds:
        if is_joint:
            yield TwinRun(None, seed, out / JOINT / f"seed-{seed}", recipe.model_copy(update={"seed": seed}))
        for task in tasks:
            if task in adversaries:
                log.warning("%s is adversarial: it has no twin", task)
                continue
            twin = twin_of(recipe, task).model_copy(update={"seed": seed})
            yield TwinRun(task, seed, out / task / f"seed-{seed}", twin)


def _is_finished(run: TwinRun) -> bool:
    steps = sorted((run.path / "checkpoints").glob("step-*.pt"))
    return bool(steps) and int(steps[-1].stem.removeprefix("step-")) >= run.recipe.optim.num_steps


def _without(value: Any, others: set[str]) -> Any:
    """Options keyed by task names (`{emotion: 0.3}`, `{heads.emotion: 1e-5}`), the others' entries taken out."""
    if isinstance(value, Mapping):
        return {key: _without(item, others) for key, item in value.items() if _task_in(key) not in others}
    return value


def _task_in(key: str) -> str:
    return key.removeprefix("heads.").partition(".")[0]
