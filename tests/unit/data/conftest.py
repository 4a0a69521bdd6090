"""Clips and tasks that the data tests share: noise of known length, two labels that not every clip carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor, nn

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip
from allears.spec import Resolution, TaskSpec
from allears.tasks.base import LabelContext, Task

FRAME = 320  # samples of the pretended encoder's frame


class FieldLabel:
    """The number under a field; with `is_frames`, one such number a frame."""

    def __init__(self, field: str, *, is_frames: bool = False) -> None:
        self.field, self.is_frames = field, is_frames

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> Tensor | None:
        if self.field not in fields:
            return None
        value = torch.tensor(float(fields[self.field]))
        return value.expand(context.num_frames) if self.is_frames else value

    def collate(self, values: Sequence[Tensor], max_frames: int) -> Tensor:
        if not self.is_frames:
            return torch.stack(list(values))
        return torch.stack([nn.functional.pad(v, (0, max_frames - len(v))) for v in values])


def field_task(name: str, *, is_frames: bool = False) -> Task:
    """A task that reads the field of its own name; its head and loss are never run here."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME if is_frames else Resolution.CLIP, {"kind": "none"}),
        label=FieldLabel(name, is_frames=is_frames),
        head=lambda dim: nn.Linear(dim, 1),
        loss_per_clip=lambda head, features, num_frames, target: features.sum((1, 2)),
        metrics=lambda: (),
    )


@pytest.fixture
def tasks() -> dict[str, Task]:
    return {"age": field_task("age"), "busy": field_task("busy", is_frames=True)}


@pytest.fixture
def num_frames() -> Callable[[Tensor], Tensor]:
    return lambda num_samples: -(-num_samples // FRAME)


@pytest.fixture
def make_clips(tmp_path: Path) -> Callable[..., list[Clip]]:
    """`make_clips(labels, ...)`: one noise clip of growing length for each mapping of labels."""

    def make(*labels: Mapping[str, Any], name: str = "clip") -> list[Clip]:
        rng = np.random.default_rng(0)
        clips = []
        for i, fields in enumerate(labels):
            path = tmp_path / f"{name}{i}.wav"
            length = 3200 + 800 * i
            soundfile.write(path, rng.normal(0, 0.1, length), SAMPLE_RATE, subtype="FLOAT")
            clips.append(Clip(f"{name}{i}", path, duration_s=length / SAMPLE_RATE, labels=dict(fields)))
        return clips

    return make
