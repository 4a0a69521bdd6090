"""How good a model is: every metric of every task over some batches.

In: a model and batches with labels. Out: `{task: {metric: value}}`. A task that no batch is labelled for is absent.

Letters: B clips, P clips that carry the label, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from allears.batch import Batch
from allears.model import MultiTaskModel
from allears.parts.clean_head import run_head
from allears.tasks.base import Metric
from allears.train.device import move, move_batch

__all__ = ["LOSS", "Scores", "evaluate", "higher_is_better", "pick"]

LOSS = "loss"  # beside a task's own metrics, unless its classes are an open set; lower is better
Scores = dict[str, dict[str, float]]
_CPU = torch.device("cpu")


@dataclass
class _Tally:
    """Running numbers of one task."""

    metrics: Sequence[Metric]
    has_loss: bool
    loss_sum: float = 0.0
    num_clips: int = 0

    def scores(self) -> dict[str, float]:
        found = {metric.name: metric.compute() for metric in self.metrics}
        scores = {name: float(value) for name, value in found.items() if value is not None}
        if self.has_loss:
            scores[LOSS] = self.loss_sum / self.num_clips
        return {**scores, "num_clips": float(self.num_clips)}


@torch.no_grad()
def evaluate(
    model: MultiTaskModel, batches: Iterable[Batch], tasks: Sequence[str] | None = None, *, device: torch.device = _CPU
) -> Scores:
    """Metrics, mean loss a clip (`loss`) and `num_clips` of each task; of the named tasks only, if given.

    The model is in eval mode meanwhile and its mode is restored after; no random number is drawn from outside.
    """
    wanted = list(model.tasks) if tasks is None else list(tasks)
    tallies: dict[str, _Tally] = {}
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            for batch in batches:
                _take_in(model, move_batch(batch, device), wanted, tallies)
    finally:
        for module, training in modes:
            module.training = training
    return {name: tallies[name].scores() for name in wanted if name in tallies}


def higher_is_better(model: MultiTaskModel, best: str) -> bool:
    """Whether `TASK.METRIC` (or `loss`, `TASK.loss`) is better when it is higher.

    Raises:
        ValueError: no such task or metric; the message names all there are.
    """
    names = {LOSS: False}
    for task in model.tasks.values():
        names |= {f"{task.name}.{metric.name}": metric.higher_is_better for metric in task.metrics()}
        if not task.is_open_set:
            names[f"{task.name}.{LOSS}"] = False
    if best not in names:
        raise ValueError(f"evaluate.best is {best!r}, but the metrics are: {', '.join(sorted(names))}")
    return names[best]


def pick(scores: Mapping[str, Mapping[str, float]], best: str) -> float | None:
    """The number that `evaluate.best` names; None if the dev clips do not give it."""
    if best == LOSS:
        return sum(values.get(LOSS, 0.0) for values in scores.values()) if scores else None
    task, _, metric = best.partition(".")
    return scores.get(task, {}).get(metric)


def _take_in(model: MultiTaskModel, batch: Batch, wanted: Sequence[str], tallies: dict[str, _Tally]) -> None:
    present = [name for name in wanted if name in batch.labels and batch.labels[name].present.numel()]
    if not present:
        return
    features, num_frames = model.features(batch.audio, batch.num_samples, present)
    for name in present:
        task, head, labels = model.tasks[name], model.heads[name], batch.labels[name]
        tally = tallies.setdefault(name, _Tally(task.metrics(), has_loss=not task.is_open_set))
        rows = labels.present
        own, frames = features[name][rows], num_frames[rows]
        if tally.has_loss:
            tally.loss_sum += float(task.loss_per_clip(head, own, frames, labels.value).sum())
        tally.num_clips += len(rows)
        if tally.metrics:
            _score(tally.metrics, run_head(head, own, frames, batch.audio[rows]), labels.value, frames)


def _score(metrics: Sequence[Metric], output: Any, target: Any, num_frames: Tensor) -> None:
    output, target, num_frames = move(output, _CPU), move(target, _CPU), num_frames.to(_CPU)
    for metric in metrics:
        metric.update(output, target, num_frames)
