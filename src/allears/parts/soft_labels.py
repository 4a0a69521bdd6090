"""What another model says of a clip, as a target beside the label: distillation of answers.

In: files with a teacher's outputs (`logits-TASK`, as its head gave them) and an ordinary label. Out: targets of clips
that have one of the two or both, and the loss of a student that should say the same.
Source: Hinton et al. 2015: T^2 KL(softmax(teacher / T) || softmax(student / T)). Ours differs by the kind of answer:
frames are averaged over a clip, yes-or-no outputs are compared by cross-entropy, and embeddings by 1 - cosine.

Letters: P clips, T frames, C outputs, E size of an embedding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.heads import frame_mask
from allears.tasks.base import Label, LabelContext, Metric

__all__ = ["HardMetric", "SoftLabel", "SoftTarget", "soft_distance"]


@dataclass(frozen=True)
class SoftTarget:
    """Targets of P clips.

    Attributes:
        hard_rows: numbers of the clips that have a label.
        hard: their labels, as the task's own label puts them together; None if there are none.
        soft_rows: numbers of the clips that a teacher heard.
        soft: (rows, C) or (rows, T, C) what it said of them; None if there are none.
        soft_frames: (rows,) how many of the T frames it heard.
    """

    hard_rows: Tensor
    hard: Any | None
    soft_rows: Tensor
    soft: Tensor | None
    soft_frames: Tensor


class SoftLabel:
    """A task's own label, and what a teacher said of the task.

    Args:
        hard: the task's own.
        name: of the task.
    """

    def __init__(self, hard: Label, name: str) -> None:
        self.hard, self.name = hard, name

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> tuple[Any | None, np.ndarray | None] | None:
        hard, soft = self.hard.encode(fields, context), None
        if "teacher" in fields and context.speed == 1.0 and context.offset_s == 0.0:  # it heard the clip as it was
            with np.load(fields["teacher"]) as said:
                key = f"logits-{self.name}"
                soft = np.asarray(said[key], np.float32) if key in said else None
        return None if hard is None and soft is None else (hard, soft)

    def collate(self, values: Sequence[tuple[Any | None, np.ndarray | None]], max_frames: int) -> SoftTarget:
        hard_rows = [row for row, (hard, _) in enumerate(values) if hard is not None]
        soft_rows = [row for row, (_, soft) in enumerate(values) if soft is not None]
        labels = [values[row][0] for row in hard_rows]
        said = [values[row][1] for row in soft_rows]
        return SoftTarget(
            torch.tensor(hard_rows, dtype=torch.int64),
            self.hard.collate(labels, max_frames) if labels else None,
            torch.tensor(soft_rows, dtype=torch.int64),
            _stacked([one for one in said if one is not None], max_frames),
            torch.tensor([len(one) for one in said if one is not None], dtype=torch.int64),
        )


def _stacked(said: Sequence[np.ndarray], max_frames: int) -> Tensor | None:
    """(C,) each -> (rows, C); (T, C) each -> (rows, T, C), filled up with 0."""
    if not said:
        return None
    if said[0].ndim == 1:
        return torch.from_numpy(np.stack(said))
    out = torch.zeros(len(said), max_frames, said[0].shape[1])
    for row, one in zip(out, said, strict=True):
        row[: len(one)] = torch.from_numpy(one[:max_frames])
    return out


def soft_distance(
    head: nn.Module, features: Tensor, num_frames: Tensor, target: SoftTarget, *, temperature: float, is_unit: bool
) -> Tensor:
    """How far the head is from what the teacher said, (rows,).

    Args:
        head: of the student.
        features: (P, T, D) that it reads.
        num_frames: (P,) real ones.
        target: with the teacher's words.
        temperature: T.
        is_unit: whether outputs are embeddings of length 1.
    """
    assert target.soft is not None
    rows = target.soft_rows
    said: Tensor = head(features[rows], num_frames[rows]).float()
    soft = target.soft
    if is_unit:
        return 1.0 - (said * soft).sum(-1)
    if soft.ndim == 2:
        return _divergence(said, soft, temperature)
    length = min(said.shape[1], soft.shape[1])
    mask = frame_mask(torch.minimum(num_frames[rows], target.soft_frames), length)
    each = _divergence(said[:, :length], soft[:, :length], temperature)
    far: Tensor = (each * mask).sum(1) / mask.sum(1).clamp(min=1.0)
    return far


def _divergence(said: Tensor, soft: Tensor, temperature: float) -> Tensor:
    """Over the last axis: T^2 KL of the softmax, or for one output the cross-entropy of the sigmoid."""
    if said.shape[-1] == 1:
        each = nn.functional.binary_cross_entropy_with_logits(said, soft.sigmoid(), reduction="none")
        return each[..., 0]
    wanted, given = (soft / temperature).log_softmax(-1), (said / temperature).log_softmax(-1)
    far: Tensor = temperature**2 * (wanted.exp() * (wanted - given)).sum(-1)
    return far


class HardMetric:
    """A task's own metric over the clips that have a label."""

    def __init__(self, own: Metric) -> None:
        self.own = own
        self.name, self.higher_is_better = own.name, own.higher_is_better

    def update(self, output: Any, target: SoftTarget, num_frames: Tensor) -> None:
        if target.hard is not None:
            rows = target.hard_rows
            self.own.update(output[rows], target.hard, num_frames[rows])

    def compute(self) -> float | None:
        return self.own.compute()
