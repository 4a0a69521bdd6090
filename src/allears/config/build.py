"""Turn a recipe into the things it names, through plain arguments: nothing below this file knows of configs.

In: a `Recipe`. Out: model, balancer, optimiser, loaders. Every plug-in is found by its name in its registry.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import torch
from torch import nn

from allears.balance import BALANCERS
from allears.config.call import call_builder
from allears.config.clips import read_sources
from allears.config.data_schema import DataSection, SourceSection
from allears.config.schema import Recipe
from allears.data.augment import Augmenter, AugmentPlan
from allears.data.dataset import ClipDataset
from allears.data.inputs import INPUTS, Input
from allears.data.sampler import BatchPlan, Sampler, Source
from allears.encoders import ENCODERS
from allears.encoders.base import Encoder
from allears.model import MultiTaskModel
from allears.reversal import Reversal
from allears.sharing import SHARINGS
from allears.sharing.base import CopiesLayers
from allears.tasks import TASKS, Task
from allears.train.dev import DevSet, FirstSeconds
from allears.train.optim import make_optimizer
from allears.transfer.freeze import freeze
from allears.transfer.initial import initialise
from allears.transfer.layer_rates import layer_rates
from allears.transfer.methods import adapt_model
from allears.transfer.thaw import Thaw
from allears.transfer.upper_layers import upper_layers

__all__ = [
    "build_augmenter",
    "build_balancer",
    "build_dev",
    "build_input",
    "build_model",
    "build_optimizer",
    "build_tasks",
    "build_thaw",
]

log = logging.getLogger(__name__)


def build_tasks(recipe: Recipe) -> dict[str, Task]:
    """Task name -> task, in the order of the recipe.

    Raises:
        ValueError: an unknown task or option, or a task that calls itself otherwise than the recipe does.
    """
    tasks = {}
    for name, section in recipe.tasks.items():
        builder = TASKS[section.kind or name]
        options = dict(section.options)
        if section.kind is not None and section.kind != name:
            options = {"name": name, **options}  # a second task of a kind needs a builder that takes its name
        tasks[name] = call_builder(f"tasks.{name}", builder, options)
        if tasks[name].name != name:
            raise ValueError(f"tasks.{name} builds a task called {tasks[name].name!r}: name it so in the recipe")
        if section.reverse is not None and not section.reverse.is_exported:
            tasks[name] = replace(tasks[name], is_exported=False)
    return tasks


def build_model(recipe: Recipe, *, is_initialised: bool = True) -> MultiTaskModel:
    """The model of the recipe.

    Args:
        recipe: with `from_field` options resolved.
        is_initialised: whether `encoder.init_from`, `init` and freezing apply; not if a checkpoint is loaded anyway.
    """
    tasks = build_tasks(recipe)
    encoder = call_builder("encoder", ENCODERS[recipe.encoder.kind], recipe.encoder.options)
    sharing = call_builder(
        "sharing",
        SHARINGS[recipe.sharing.kind],
        recipe.sharing.options,
        reads={name: task.reads for name, task in tasks.items()},
        dim=encoder.dim,
        num_layers=encoder.num_layers,
    )
    model = MultiTaskModel(cast(nn.Module, encoder), cast(nn.Module, sharing), tasks, _reversals(recipe))
    if is_initialised and recipe.encoder.init_from is not None:
        initialise(model, recipe.encoder.init_from, ("encoder",))
    if is_initialised and isinstance(model.sharing, CopiesLayers):
        model.sharing.start_from(upper_layers(model.encoder, model.sharing.at))
    if is_initialised and recipe.init is not None:
        initialise(model, recipe.init.from_, recipe.init.parts)
    num_frozen = freeze(model.encoder, recipe.encoder.freeze)
    if recipe.adapt is not None:
        options = recipe.adapt.model_dump(exclude={"method", "every_steps"})
        num_learning = adapt_model(model, recipe.adapt.method, **options)
        log.info("adapt: %s, %d parameters learn", recipe.adapt.method, num_learning)
    log.info("parameters: %s; frozen: %d", model.num_parameters(), num_frozen)
    return model


def build_balancer(recipe: Recipe) -> nn.Module:
    """The balancer of the recipe."""
    builder = BALANCERS[recipe.balance.kind]
    balancer = call_builder("balance", builder, recipe.balance.options, tasks=tuple(recipe.tasks))
    return cast(nn.Module, balancer)


def build_optimizer(recipe: Recipe, model: MultiTaskModel, balancer: nn.Module) -> torch.optim.AdamW:
    """AdamW over what trains."""
    optim = recipe.optim
    named = {"encoder": optim.encoder_lr, "heads": optim.head_lr}
    lr_of = {part: rate for part, rate in named.items() if rate is not None}
    if optim.layer_decay is not None:
        lr_of |= layer_rates(model.encoder, optim.encoder_lr or optim.lr, optim.layer_decay)
    lr_of |= optim.lr_of
    return make_optimizer(model, balancer, lr=optim.lr, lr_of=lr_of, weight_decay=optim.weight_decay, betas=optim.betas)


def build_thaw(recipe: Recipe, model: MultiTaskModel) -> Thaw | None:
    """What unfreezes the encoder bit by bit; None unless `adapt.method` is `gradual`. Build the optimiser first."""
    if recipe.adapt is None or recipe.adapt.method != "gradual":
        return None
    return Thaw(model.encoder, recipe.adapt.every_steps)


def build_dev(recipe: Recipe, model: MultiTaskModel, sources: Sequence[SourceSection] | None = None) -> DevSet | None:
    """Batches of the dev clips (or of `sources`), the same at every pass; None if there are none."""
    data, encoder, evaluate = recipe.data, cast(Encoder, model.encoder), recipe.evaluate
    sections = data.dev if sources is None else sources
    if not sections:
        return None
    plan = BatchPlan(data.max_batch_s, data.max_clips, 1.0, recipe.seed)
    sampler = Sampler([Source("dev", read_sources(sections))], plan)
    dataset = ClipDataset(
        sampler.clips,
        model.tasks,
        num_frames=encoder.num_frames,
        frame_shift_s=encoder.frame_shift_s,
        reader=build_input(data, _dev_augmenter(data, evaluate.first_s)),
        seed=recipe.seed,
    )
    return DevSet(dataset, sampler, max_batches=evaluate.max_batches, num_workers=data.num_workers)


def _reversals(recipe: Recipe) -> dict[str, Reversal]:
    sections = {name: task.reverse for name, task in recipe.tasks.items()}
    return {n: Reversal(s.weight, s.schedule, s.start) for n, s in sections.items() if s is not None}


def _augment_plan(data: DataSection) -> AugmentPlan | None:
    if not data.augment:
        return None
    noise, rooms = read_sources(data.noise), read_sources(data.rooms)
    return call_builder("data.augment", AugmentPlan, data.augment, noise=noise, rooms=rooms)


def build_augmenter(data: DataSection) -> Augmenter | None:
    """What bends training clips; None for nothing."""
    plan = _augment_plan(data)
    return None if plan is None else Augmenter(plan)


def build_input(data: DataSection, augmenter: Augmenter | None) -> Input:
    """What makes of a clip what the encoder reads."""
    return call_builder("data.input", INPUTS[data.input.kind], data.input.options, augmenter=augmenter)


def _dev_augmenter(data: DataSection, first_s: float | None) -> Augmenter | None:
    plan = _augment_plan(data) if data.augment_dev else None
    if first_s is not None:
        return FirstSeconds(first_s, plan)
    return None if plan is None else Augmenter(plan)
