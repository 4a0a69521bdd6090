"""Another task with a teacher beside its labels: a head that learns to say what a larger model says.

Manifest: `teacher`, a file that holds `logits-TASK` (recipes/small/teach.py writes it), and the fields of the task.
Loss: the task's own where there is a label, a distance to the teacher's output where it heard the clip, both weighed
where there are both (`soft_labels.py`). Source: Hinton et al. 2015.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from allears.parts.soft_labels import HardMetric, SoftLabel, SoftTarget, soft_distance
from allears.spec import Resolution
from allears.tasks import TASKS
from allears.tasks.base import LossPerClip, Task
from allears.tasks.example import Example

__all__ = ["EXAMPLE", "taught"]

_UNKNOWN = ("spectral_mask", "slots", "joint", "understanding")  # answers whose outputs nobody compares here


@TASKS.register
def taught(
    *, name: str = "taught", of: str | None = None, soft: float = 0.7, temperature: float = 2.0, **options: Any
) -> Task:
    """A task that hears a teacher.

    Args:
        name: of the task.
        of: kind of the task, a file in this folder; its name if None. Other options are that task's.
        soft: share of the teacher where there is a label, too, 0 to 1.
        temperature: what outputs are divided by before they are compared; higher shows more of the unlikely classes.

    Raises:
        ValueError: a share or temperature that is none, or a task whose outputs cannot be compared.
    """
    if not 0.0 <= soft <= 1.0 or temperature <= 0.0:
        raise ValueError(f"soft is {soft}, temperature {temperature}: give a share from 0 to 1 and a number above 0")
    builder = TASKS[of or name]
    takes_name = "name" in inspect.signature(builder).parameters
    own: Task = builder(**options, **({"name": name} if takes_name else {}))
    kind = str(own.spec.decode["kind"]).replace("-", "_")
    if own.spec.resolution is Resolution.TEXT or kind in _UNKNOWN:
        raise ValueError(f"the outputs of {name!r} ({kind}) cannot be compared with a teacher's: use its own kind")
    return replace(
        own,
        label=SoftLabel(own.label, name),
        loss_per_clip=_loss(own, soft, temperature, is_unit=kind == "embedding"),
        metrics=lambda: [HardMetric(metric) for metric in own.metrics()],
    )


def _loss(own: Task, soft: float, temperature: float, *, is_unit: bool) -> LossPerClip:
    def loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: SoftTarget) -> Tensor:
        total = features.new_zeros(len(features))
        share = total.clone()  # of the teacher in each clip
        share[target.soft_rows] = 1.0
        share[target.hard_rows] *= soft
        if target.hard is not None:
            rows = target.hard_rows
            hard = own.loss_per_clip(head, features[rows], num_frames[rows], target.hard)
            total = total.index_add(0, rows, (1.0 - share[rows]) * hard)
        if target.soft is not None:
            rows = target.soft_rows
            far = soft_distance(head, features, num_frames, target, temperature=temperature, is_unit=is_unit)
            total = total.index_add(0, rows, share[rows] * far)
        return total

    return loss


def _write(folder: Path) -> None:
    """What a teacher said of two clips."""
    for name, logits in (("low", [2.0, -1.0]), ("high", [-2.0, 1.0])):
        said: dict[str, Any] = {"logits-taught": np.array(logits, np.float32)}
        np.savez(folder / f"{name}.npz", **said)


EXAMPLE = Example(
    {"of": "gender", "hidden": 8},
    ({"teacher": "{folder}/low.npz"}, {"teacher": "{folder}/high.npz", "gender": "male"}),
    _write,
)
