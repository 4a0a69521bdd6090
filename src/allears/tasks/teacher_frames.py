"""Make the encoder's frames those of a padded teacher: a training signal, not an answer; it is not exported.

Manifest: `teacher`, a file written by `allears data teach` or recipes/small/teach.py. Loss: squared distance to the
teacher's frames, relative to their power, over the clip and the silent tail. The teacher heard the clip without noise,
so noise is learned away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.heads import frame_mask
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.example import EXAMPLE_DIM, Example

__all__ = ["EXAMPLE", "teacher_frames"]


class _TeacherFrames:
    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> np.ndarray | None:
        if "teacher" not in fields or context.speed != 1.0 or context.offset_s != 0.0:
            return None  # the teacher heard the clip as it was
        with np.load(fields["teacher"]) as label:
            return np.asarray(label["frames"][: context.num_frames])

    def collate(self, values: Sequence[np.ndarray], max_frames: int) -> tuple[Tensor, Tensor]:
        out = torch.zeros(len(values), max_frames, values[0].shape[1])
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = torch.from_numpy(value.astype(np.float32))
        return out, torch.tensor([len(v) for v in values])


def _relative_distance(features: Tensor, num_frames: Tensor, target: tuple[Tensor, Tensor]) -> Tensor:
    """Squared distance / power of the teacher's frames, (P,), over the frames both have."""
    frames, counts = target
    length = min(features.shape[1], frames.shape[1])
    mask = frame_mask(torch.minimum(num_frames, counts), length)
    features, frames = features[:, :length].float(), frames[:, :length]
    distance = (features - frames).square().mean(-1)
    power = frames.square().mean(-1)
    return (distance * mask).sum(1) / (power * mask).sum(1)


class _AsWide(nn.Module):
    """Gives the features themselves, or, for a teacher of another width, a projection that is learned.

    Source of the projection: Romero et al. 2015, "FitNets: Hints for Thin Deep Nets".
    """

    def __init__(self, dim: int, width: int | None) -> None:
        super().__init__()
        self.project = nn.Identity() if width in (None, dim) else nn.Linear(dim, int(width or dim))

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        out: Tensor = self.project(features)
        return out


class _Distance:
    """Mean relative distance over clips."""

    name, higher_is_better = "relative_distance", False

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, output: Tensor, target: tuple[Tensor, Tensor], num_frames: Tensor) -> None:
        self.values += _relative_distance(output, num_frames, target).tolist()

    def compute(self) -> float | None:
        return float(np.mean(self.values)) if self.values else None


@TASKS.register
def teacher_frames(*, width: int | None = None) -> Task:
    """Distance of the encoder's output to a teacher's.

    Args:
        width: of the teacher's frames; the encoder's own if None.
    """
    return Task(
        spec=TaskSpec("teacher-frames", Resolution.FRAME, {"kind": "none"}),
        label=_TeacherFrames(),
        head=lambda dim: _AsWide(dim, width),
        loss_per_clip=lambda head, features, num_frames, target: _relative_distance(
            head(features, num_frames), num_frames, target
        ),
        metrics=lambda: (_Distance(),),
        reads="last",
        is_exported=False,
    )


def _write(folder: Path) -> None:
    """What two teachers heard: 40 frames each, all of them alike but for the teacher."""
    for name, level in (("low", 1.0), ("high", -1.0)):
        frames = np.tile(np.linspace(-level, level, EXAMPLE_DIM, dtype=np.float16), (40, 1))
        np.savez(folder / f"{name}.npz", frames=frames)


EXAMPLE = Example({}, ({"teacher": "{folder}/low.npz"}, {"teacher": "{folder}/high.npz"}), _write)
