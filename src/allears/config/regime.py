"""Turn a recipe into how its run goes: which clips come, which tasks train when, what holds the weights.

In: a `Recipe` and the model. Out: feed, regime, regularisers.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from torch import nn

from allears.config.build import build_augmenter, build_input
from allears.config.call import call_builder
from allears.config.clips import read_source
from allears.config.data_schema import SourceSection
from allears.config.schema import Recipe
from allears.data.build import build_loader
from allears.data.carried import Carried, keep_labelled
from allears.data.loader import Loader
from allears.data.sampler import BatchPlan, Source
from allears.data.task_feed import TaskFeed
from allears.data.task_shares import shares_by_temperature, with_task_shares
from allears.encoders.base import Encoder
from allears.model import MultiTaskModel
from allears.regimes import REGIMES, Regime, RunFacts
from allears.regimes.joint import Joint
from allears.regularise import REGULARISERS, Regulariser, Terms
from allears.sharing.base import HasTaskVectors
from allears.train.state import Feed

__all__ = ["TrainingClips", "build_feed", "build_regime", "build_regularisers", "read_training_clips"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingClips:
    """What is trained on.

    Attributes:
        sources: mixed as the recipe says.
        carried: the tasks a clip has a label of.
    """

    sources: Sequence[Source]
    carried: Carried


def read_training_clips(recipe: Recipe, model: MultiTaskModel) -> TrainingClips:
    """The training sources, cut and weighted where the recipe gives tasks a share of the epoch."""
    data = recipe.data
    sources = [_source(section) for section in data.train]
    carried = Carried(model.tasks, cast(Encoder, model.encoder).frame_shift_s)
    shares = dict(data.task_shares)
    unknown = sorted(set(shares) - set(model.tasks))
    if unknown:
        raise ValueError(f"data.task_shares names {unknown}, but the tasks are {sorted(model.tasks)}: rename them")
    if data.task_temperature is not None:
        num_clips = sum(len(source.clips) for source in sources)
        shares = shares_by_temperature(carried.count(sources), num_clips, data.task_temperature)
        shares = {task: share for task, share in shares.items() if share < 1}  # a task of all clips needs no steering
    if shares:
        sources = with_task_shares(sources, carried, shares, temperature=data.temperature)
    return TrainingClips(sources, carried)


def build_regime(recipe: Recipe, clips: TrainingClips) -> Regime:
    """The regime of the recipe."""
    section = recipe.regime
    facts = RunFacts(
        tuple(recipe.tasks), recipe.optim.num_steps, recipe.seed, lambda: clips.carried.count(clips.sources)
    )
    return call_builder("regime", REGIMES[section.kind], section.options, run=facts)


def build_feed(recipe: Recipe, model: MultiTaskModel, clips: TrainingClips, regime: Regime) -> Feed:
    """Endless training batches; of the clips of the tasks whose turn it is, unless all train at once."""
    make = _loader_maker(recipe, model)
    if isinstance(regime, Joint):
        return make(clips.sources)
    return TaskFeed(lambda tasks: make(keep_labelled(clips.sources, clips.carried, tasks)), tuple(model.tasks))


def build_regularisers(recipe: Recipe, model: MultiTaskModel) -> dict[str, Regulariser]:
    """Name in the log (the kind, numbered from the second of a kind on) -> regulariser."""
    built: dict[str, Regulariser] = {}
    kinds: Counter[str] = Counter()
    sharing = model.sharing
    for number, section in enumerate(recipe.regularise):
        where = f"regularise.{number}"
        vectors = sharing.task_vectors if isinstance(sharing, HasTaskVectors) else None
        terms = Terms(_parameters(model, section.parts, where), vectors)
        kinds[section.kind] += 1
        name = section.kind if kinds[section.kind] == 1 else f"{section.kind}-{kinds[section.kind]}"
        built[name] = call_builder(
            where, REGULARISERS[section.kind], section.options, terms=terms, weight=section.weight
        )
    return built


def _parameters(model: MultiTaskModel, parts: Sequence[str], where: str) -> dict[str, nn.Parameter]:
    found: dict[str, nn.Parameter] = {}
    for part in parts:
        there = {n: p for n, p in model.named_parameters() if n == part or n.startswith(part + ".")}
        train = {name: p for name, p in there.items() if p.requires_grad}
        if not there:
            raise ValueError(
                f"{where}.parts names {part!r}, but the model has no such part: name parts by the start of their "
                "weights' names (encoder, sharing, heads, heads.speech)"
            )
        if not train:
            log.info("%s: nothing of %s trains, so nothing of it is held", where, part)
        found |= train
    return found


def _loader_maker(recipe: Recipe, model: MultiTaskModel) -> Callable[[Sequence[Source]], Loader]:
    data, encoder = recipe.data, cast(Encoder, model.encoder)
    reader = build_input(data, build_augmenter(data))

    def make(sources: Sequence[Source]) -> Loader:
        return build_loader(
            sources,
            model.tasks,
            num_frames=encoder.num_frames,
            frame_shift_s=encoder.frame_shift_s,
            reader=reader,
            plan=BatchPlan(data.max_batch_s, data.max_clips, data.temperature, recipe.seed),
            num_workers=data.num_workers,
            max_unreadable=data.max_unreadable,
        )

    return make


def _source(section: SourceSection) -> Source:
    clips = read_source(section) * section.repeat
    where = ",".join(f"{field}={value}" for field, value in section.where.items())
    path = Path(section.manifest)
    own = "" if path.stem == "manifest" else path.stem
    name = "/".join(filter(None, (path.parent.name or section.manifest, own, section.split, where)))
    return Source(name, clips, section.weight)
