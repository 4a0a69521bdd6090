"""A twin that hears what its task hears in the joint run and nothing else: its labelled clips, as often, as many steps.

In: a joint recipe and one of its tasks. Out: the recipe of the twin, and manifests of its clips.

`twins.twin_of` keeps all clips and steps, so that a twin reads every clip for the sake of the labelled ones. Here the
batches of the joint run are drawn from its seed, and those in which the task has a label are counted, and the labelled
clips of each source in them. The twin draws each source as often (temperature 1, weights from the counts) in batches
of as many clips as there were labelled ones in the mean, until all are drawn. The rate warms up and falls, and weights
are averaged, over the same share of the twin's steps; they are fewer, since a head learns nothing in the others. What
still differs: which labelled clips meet in a batch, and that the joint run cuts the gradient of all heads together
(`optim.clip_norm`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears.config.build import build_model
from allears.config.clips import read_sources, resolve_fields
from allears.config.load import dump_recipe, parse_recipe
from allears.config.regime import TrainingClips, read_training_clips
from allears.config.schema import Recipe
from allears.data.manifest import Clip, write_manifest
from allears.data.sampler import BatchPlan, Sampler, Source
from allears.report.twins import twin_of

__all__ = ["Exposure", "JointClips", "exposure", "read_joint_clips", "twin_with_own_clips"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exposure:
    """What a joint run shows a task.

    Attributes:
        num_batches: with a label of it.
        draws: source name -> labelled clips of it in those, one that comes twice counted twice; no source without.
    """

    num_batches: int
    draws: dict[str, int]

    @property
    def num_clips(self) -> int:
        """In all batches."""
        return sum(self.draws.values())


@dataclass(frozen=True)
class JointClips:
    """A joint recipe and its clips, read once for all twins.

    Attributes:
        recipe: with `from_field` options filled in from all training clips, so that a twin has the same classes.
        train: the training sources.
        dev: the dev clips.
    """

    recipe: Recipe
    train: TrainingClips
    dev: Sequence[Clip]


def read_joint_clips(recipe: Recipe) -> JointClips:
    """The clips of a joint recipe.

    Raises:
        ValueError: tasks take turns in it, or a manifest cannot be read.
    """
    if recipe.regime.kind != "joint":
        raise ValueError(
            f"the recipe trains by the regime {recipe.regime.kind}: how much a task hears is counted for `joint` "
            "alone; take `regime` out, or make its twins with `allears twins`"
        )
    recipe = resolve_fields(recipe, read_sources(recipe.data.train))
    train = read_training_clips(recipe, build_model(recipe, is_initialised=False))
    return JointClips(recipe, train, read_sources(recipe.data.dev))


def twin_with_own_clips(joint: JointClips, task: str, folder: Path, *, num_steps: int | None = None) -> Recipe:
    """The recipe of a twin that hears its labelled clips alone.

    Args:
        joint: see `read_joint_clips`.
        task: one of its tasks.
        folder: `TASK-N.jsonl` and `TASK-dev.jsonl` are written there.
        num_steps: in place of as many as the joint run's batches ask for: for a quick look.

    Raises:
        ValueError: the joint run never hears a label of the task.
    """
    told = exposure(joint, task)
    if not told.num_clips:
        raise ValueError(f"the joint run never hears a label of {task}: give it clips that have one, or leave it out")
    sources = _own_sources(joint, task, told)
    data = dump_recipe(twin_of(joint.recipe, task))
    section, optim = data["data"], data["optim"]
    section |= {"train": _written(sources, task, folder), "dev": _written_dev(joint, task, folder)}
    section |= {"max_clips": max(1, round(told.num_clips / told.num_batches)), "temperature": 1.0}
    section |= {"task_temperature": None, "task_shares": {}}
    plan = BatchPlan(section["max_batch_s"], section["max_clips"], 1.0, joint.recipe.seed)
    steps = num_steps or -(-_num_batches(Sampler(sources, plan), told.num_clips) // optim["accumulate"])
    _shorten(data, steps)
    log.info("%s: %d labelled clips in %d batches of the joint run, %d steps of up to %d alone",
             task, told.num_clips, told.num_batches, steps, section["max_clips"])  # fmt: skip
    return parse_recipe(data, f"twin of {task}")


def _shorten(data: dict[str, Any], num_steps: int) -> None:
    """So many steps; warm-up and averaging over the same share of them, in place."""
    optim = data["optim"]
    share = num_steps / optim["num_steps"]
    optim |= {"num_steps": num_steps, "warmup_steps": min(num_steps, round(optim["warmup_steps"] * share))}
    if data["ema"] is not None:
        data["ema"] **= 1 / share


def exposure(joint: JointClips, task: str) -> Exposure:
    """What the joint run shows the task over all its steps, counted from its seed, without reading any sound."""
    data, optim, sources = joint.recipe.data, joint.recipe.optim, joint.train.sources
    plan = BatchPlan(data.max_batch_s, data.max_clips, data.temperature, joint.recipe.seed)
    owners = [source.name for source in sources for _ in source.clips]
    is_own = [task in joint.train.carried(clip) for source in sources for clip in source.clips]
    num_left, num_batches, draws = optim.num_steps * optim.accumulate, 0, Counter[str]()
    for batch in _batches(Sampler(sources, plan)):
        if not num_left:
            break
        own = [owners[index] for index in batch if is_own[index]]
        num_left, num_batches = num_left - 1, num_batches + bool(own)
        draws.update(own)
    return Exposure(num_batches, dict(draws))


def _batches(sampler: Sampler) -> Iterator[list[int]]:
    """Indices of clips, epoch after epoch, without end."""
    number = 0
    while True:
        yield from ([draw.clip_index for draw in batch] for batch in sampler.epoch(number))
        number += 1


def _num_batches(sampler: Sampler, num_clips: int) -> int:
    """How many are needed until so many clips are drawn."""
    count = 0
    for batch in _batches(sampler):
        num_clips, count = num_clips - len(batch), count + 1
        if num_clips <= 0:
            break
    return count


def _own_sources(joint: JointClips, task: str, told: Exposure) -> list[Source]:
    """The labelled clips, each once, weighted so that each source is drawn as often as in the joint run."""
    found = []
    for source in joint.train.sources:
        own = {id(clip): clip for clip in source.clips if task in joint.train.carried(clip)}
        drawn = told.draws.get(source.name, 0)
        if drawn:
            found.append(Source(source.name, list(own.values()), drawn / len(own)))
        elif own:
            log.warning("%s: the joint run draws none of the %d clips of %s", task, len(own), source.name)
    return found


def _written(sources: Sequence[Source], task: str, folder: Path) -> list[dict[str, Any]]:
    """Sections of the recipe that read the sources again."""
    sections = []
    for number, source in enumerate(sources):
        path = folder / f"{task}-{number}.jsonl"
        write_manifest(source.clips, path)
        sections.append({"manifest": str(path), "weight": source.weight})
    return sections


def _written_dev(joint: JointClips, task: str, folder: Path) -> list[dict[str, Any]]:
    own = [clip for clip in joint.dev if task in joint.train.carried(clip)]
    if not own:
        log.warning("%s: no dev clip has a label of it, so it is not evaluated on the way", task)
        return []
    write_manifest(own, folder / f"{task}-dev.jsonl")
    return [{"manifest": str(folder / f"{task}-dev.jsonl")}]
