"""How much tasks depend on each weight: the mean squared gradient a clip, the diagonal of the empirical Fisher matrix.

In: a model, batches, tasks. Out: name -> tensor. Every clip's gradient is squared by itself (a batch's mean gradient is
near 0 where a model has learned, whatever it depends on), so a batch costs a backward pass a clip and task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.batch import Batch
from allears.model import MultiTaskModel
from allears.ranks import sum_over_ranks, total
from allears.steady import steady

__all__ = ["squared_gradients"]


def squared_gradients(
    model: MultiTaskModel, batches: Iterable[Batch], tasks: Sequence[str], parameters: Mapping[str, nn.Parameter]
) -> dict[str, Tensor]:
    """sum_k mean_clips (d loss_k / d theta)^2 of each parameter, in eval mode; 0 where no clip carries a label.

    Args:
        model: left as it is; `.grad` too.
        batches: of clips, on the model's device.
        tasks: whose losses.
        parameters: what to differentiate by.
    """
    sums = {task: {name: torch.zeros_like(p) for name, p in parameters.items()} for task in tasks}
    counts = dict.fromkeys(tasks, 0)
    with steady(model):
        for batch in batches:
            present = [task for task in tasks if task in batch.labels and batch.labels[task].present.numel()]
            if not present:
                continue
            features, num_frames = model.features(batch.audio, batch.num_samples, present)
            for task in present:
                labels = batch.labels[task]
                rows = labels.present
                losses = model.tasks[task].loss_per_clip(
                    model.heads[task], features[task][rows], num_frames[rows], labels.value
                )
                for loss in losses:
                    _add_squares(loss, parameters, sums[task])
                counts[task] += len(losses)
    numbers = total(counts)
    for task in tasks:
        for value in sums[task].values():
            sum_over_ranks(value)
    return {
        name: torch.stack([sums[task][name] / max(1, numbers[task]) for task in tasks]).sum(0) for name in parameters
    }


def _add_squares(loss: Tensor, parameters: Mapping[str, nn.Parameter], sums: Mapping[str, Tensor]) -> None:
    grads = torch.autograd.grad(loss, list(parameters.values()), retain_graph=True, allow_unused=True)
    for name, grad in zip(parameters, grads, strict=True):
        if grad is not None:
            sums[name].add_(grad.square())
