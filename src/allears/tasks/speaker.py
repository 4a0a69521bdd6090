"""Who speaks: an embedding in which clips of one voice are near each other.

Manifest: `speaker`. Loss: additive angular margin over the speakers of the training data. A clip played faster or
slower is another speaker, as in the VoxCeleb recipes of Kaldi and WeSpeaker: it triples the voices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from allears.heads import EmbeddingHead
from allears.losses import angular_margin
from allears.metrics import EqualErrorRate
from allears.spec import Resolution, TaskSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task

__all__ = ["speaker"]

_SAME_SPEED = 0.02  # a factor nearer to 1 than this is not heard


class _SpeakerLabel:
    """Speaker and speed -> class; a speaker that is not in the training list gets a class of its own, past the list."""

    def __init__(self, names: Sequence[str]) -> None:
        self.index = {name: i for i, name in enumerate(names)}
        self.count = len(self.index)
        self.strangers: dict[str, int] = {}

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> int | None:
        name = fields.get("speaker")
        if name is None:
            return None
        if name not in self.index:
            return 3 * self.count + self.strangers.setdefault(name, len(self.strangers))
        change = context.speed - 1.0
        block = 0 if abs(change) < _SAME_SPEED else (1 if change < 0 else 2)
        return block * self.count + self.index[name]

    def collate(self, values: Sequence[int], max_frames: int) -> Tensor:
        return torch.tensor(list(values), dtype=torch.int64)


@TASKS.register
def speaker(
    *,
    names: Sequence[str],
    size: int = 192,
    hidden: int = 256,
    margin: float = 0.2,
    scale: float = 30.0,
    threshold: float = 0.5,
) -> Task:
    """Speaker embedding of `size` numbers; `names` are the training speakers (`{from_field: speaker}` in a recipe)."""
    known = sorted(set(names))
    return Task(
        spec=TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding", "threshold": threshold}),
        label=_SpeakerLabel(known),
        head=lambda dim: EmbeddingHead(dim, size, 3 * len(known), hidden=hidden),
        loss_per_clip=angular_margin(margin=margin, scale=scale),
        metrics=lambda: (EqualErrorRate(),),
        is_open_set=True,
    )
