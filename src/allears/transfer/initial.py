"""Weights to start from: of a run, or of an exported model, for a model that may have other classes.

In: a model just built, and a run folder, checkpoint or model folder. Out: the model, the named parts filled.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import Tensor

from allears.model import MultiTaskModel
from allears.runtime.model_folder import ENCODER, ModelFolder
from allears.transfer.grow import grow_head
from allears.transfer.parts import load_parts

__all__ = ["TRAINING_ONLY", "initialise", "is_model_folder"]

log = logging.getLogger(__name__)

TRAINING_ONLY = ("prototypes", "teacher.weight", "teacher.bias", "num_heard")
"""What of a head only its loss reads: an exported model has none of it, and it starts fresh."""


def is_model_folder(path: str | Path) -> bool:
    """Whether it is the folder of an exported model, and no run."""
    return (Path(path) / ENCODER).is_file()


def initialise(model: MultiTaskModel, source: str | Path, parts: Sequence[str]) -> int:
    """Fill the named parts; heads of other classes keep the rows of the classes they share. Returns how many tensors.

    Raises:
        ValueError: as `load_parts` and `find_checkpoint` do.
    """
    state, classes = _of_folder(model, Path(source)) if is_model_folder(source) else _of_run(source)
    own = model.state_dict()
    for name, before in classes.items():
        if name in model.tasks:
            start = f"heads.{name}."
            head = {key: value for key, value in state.items() if key.startswith(start)}
            state |= grow_head(head, own, before, model.tasks[name].spec.classes)
    count = load_parts(model, state, parts)
    log.info("took %d tensors of %s from %s", count, ", ".join(parts), source)
    return count


def _of_run(run: str | Path) -> tuple[dict[str, Tensor], dict[str, tuple[str, ...]]]:
    """Weights of a run, and its tasks' classes."""
    from allears.config.build import build_tasks
    from allears.config.load import parse_recipe
    from allears.train.checkpoint import find_checkpoint, read_checkpoint, weights_of

    path = find_checkpoint(run)
    state = read_checkpoint(path)
    tasks = build_tasks(parse_recipe(state["recipe"], str(path)))
    return weights_of(state), {name: task.spec.classes for name, task in tasks.items()}


def _of_folder(model: MultiTaskModel, path: Path) -> tuple[dict[str, Tensor], dict[str, tuple[str, ...]]]:
    """Weights of an exported model for the tasks that both have, and their classes."""
    from allears.transfer.exported_model import exported_state

    folder = ModelFolder(path)
    both = [task for task in folder.spec.tasks if task.name in model.tasks]
    state = exported_state(folder, [task.name for task in both])
    learned = _without_constants(state, model)
    fresh = {n: v for n, v in model.state_dict().items() if n not in learned and n.endswith(TRAINING_ONLY)}
    taken = {name: value for name, value in fresh.items() if any(name.startswith(f"heads.{t.name}.") for t in both)}
    if taken:
        log.warning("%s has no %s: these start fresh", path, ", ".join(sorted(taken)))
    return learned | taken, {task.name: task.classes for task in both}


def _without_constants(state: Mapping[str, Tensor], model: MultiTaskModel) -> dict[str, Tensor]:
    """Without what the model computes by itself (mel filters): files have it, states do not."""
    own = model.state_dict()
    computed = {name for name, _ in model.named_buffers() if name not in own}
    return {name: value for name, value in state.items() if name not in computed}
