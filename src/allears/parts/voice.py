"""Parts of the `speaker` task: whose voice it is, what another model says of it, and what both teach.

Labels: `speaker`, a name; `voice`, the file (.npy) of another model's embedding of the same clip. Either may be absent,
so a voice without a name teaches, too. The other model knows thousands of voices where ours are hundreds.
Loss: angular margin where there is a name; where there is a teacher, the distance of the embedding, mapped into its
space, from its answer: 1 - cos(W e + b, v) (embedding distillation). Each clip is heard through a random window.

Letters: P clips, K of them with a name, J of them with a teacher, T frames, D width, E, E' sizes of embeddings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from allears.parts.heads import EmbeddingHead
from allears.parts.losses import angular_margin
from allears.parts.metrics import EqualErrorRate
from allears.tasks.base import LabelContext

__all__ = ["KnownVoices", "VoiceLabel", "VoiceLoss", "VoiceTarget", "random_windows"]

_SAME_SPEED = 0.02  # a factor nearer to 1 than this is not heard


@dataclass(frozen=True, eq=False)
class VoiceTarget:
    """What is known of P clips.

    Attributes:
        named: (K,) rows of the clips with a name.
        index: (K,) their classes.
        taught: (J,) rows of the clips with a teacher.
        vectors: (J, E') what it says.
    """

    named: Tensor
    index: Tensor
    taught: Tensor
    vectors: Tensor


class VoiceLabel:
    """Name and speed -> class, file of an embedding -> vector; None where a clip has neither.

    A clip played faster or slower is another speaker, as in the VoxCeleb recipes of Kaldi and WeSpeaker. A speaker that
    is not in the list gets a class of its own, past the list.

    Args:
        names: speakers of the training data.
        has_teacher: whether `voice` is read.
    """

    def __init__(self, names: Sequence[str], *, has_teacher: bool = False) -> None:
        self.index = {name: i for i, name in enumerate(names)}
        self.count, self.has_teacher = len(self.index), has_teacher
        self.strangers: dict[str, int] = {}

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> tuple[int | None, np.ndarray | None] | None:
        index = self._class(fields.get("speaker"), context.speed)
        is_taught = self.has_teacher and "voice" in fields and abs(context.speed - 1.0) < _SAME_SPEED
        vector = np.load(fields["voice"]) if is_taught else None
        return None if index is None and vector is None else (index, vector)

    def collate(self, values: Sequence[tuple[int | None, np.ndarray | None]], max_frames: int) -> VoiceTarget:
        named = [row for row, (index, _) in enumerate(values) if index is not None]
        taught = [row for row, (_, vector) in enumerate(values) if vector is not None]
        vectors = [values[row][1] for row in taught]
        return VoiceTarget(
            torch.tensor(named, dtype=torch.int64),
            torch.tensor([values[row][0] for row in named], dtype=torch.int64),
            torch.tensor(taught, dtype=torch.int64),
            torch.from_numpy(np.stack(vectors).astype(np.float32)) if taught else torch.zeros(0, 0),  # type: ignore[arg-type]
        )

    def _class(self, name: str | None, speed: float) -> int | None:
        if name is None:
            return None
        if name not in self.index:
            return 3 * self.count + self.strangers.setdefault(name, len(self.strangers))
        change = speed - 1.0
        block = 0 if abs(change) < _SAME_SPEED else (1 if change < 0 else 2)
        return block * self.count + self.index[name]


class VoiceLoss:
    """See the module.

    Args:
        margin, scale: of the angular margin.
        margin_steps: batches over which the margin grows from 0. Full from the start, it held our small set back: EER
            7.2 % after 500 steps where growing over 200 gave 5.5 %.
        teacher_weight: of the distance to the teacher, beside 1 for the margin loss.
        window_frames: shortest and longest stretch heard of a clip while training; None for all of it.
    """

    def __init__(
        self,
        *,
        margin: float,
        scale: float,
        margin_steps: int,
        teacher_weight: float,
        window_frames: tuple[int, int] | None,
    ) -> None:
        self.margin, self.scale, self.margin_steps = margin, scale, margin_steps
        self.teacher_weight, self.window_frames = teacher_weight, window_frames

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: VoiceTarget) -> Tensor:
        assert isinstance(head, EmbeddingHead)
        if self.window_frames is not None and head.training:
            features, num_frames = random_windows(features, num_frames, *self.window_frames)
        embedding = head(features, num_frames).float()
        losses = embedding.new_zeros(len(embedding))
        if len(target.named):
            by_name = self._margin(head).of(embedding[target.named], head.prototypes, target.index)
            losses = losses.index_add(0, target.named, by_name)
        if len(target.taught):
            assert head.teacher is not None
            # a unit vector of E numbers is small beside a fresh layer's bias: each number of it is brought to size 1
            said = head.teacher(embedding[target.taught] * embedding.shape[1] ** 0.5)
            distance = 1.0 - nn.functional.cosine_similarity(said, target.vectors, dim=-1)
            losses = losses.index_add(0, target.taught, self.teacher_weight * distance)
        return losses

    def _margin(self, head: EmbeddingHead) -> angular_margin:
        """The margin of this batch; a batch in training is counted."""
        share = min(1.0, int(head.num_heard) / self.margin_steps) if self.margin_steps else 1.0
        if head.training:
            head.num_heard.add_(1)
        return angular_margin(margin=self.margin * share, scale=self.scale)


def random_windows(features: Tensor, num_frames: Tensor, shortest: int, longest: int) -> tuple[Tensor, Tensor]:
    """A stretch of one random length at a random place of each clip; the whole clip where it is shorter."""
    length = min(int(torch.randint(shortest, longest + 1, ())), features.shape[1])
    room = (num_frames - length).clamp(min=0)
    first = (torch.rand(len(features), device=features.device) * (room + 1)).long().clamp(max=room)
    at = first[:, None] + torch.arange(length, device=features.device)[None, :]
    return features.gather(1, at[:, :, None].expand(-1, -1, features.shape[2])), num_frames.clamp(max=length)


class KnownVoices(EqualErrorRate):
    """The equal error rate over the clips whose speaker has a name."""

    def update(self, output: Tensor, target: VoiceTarget, num_frames: Tensor) -> None:  # type: ignore[override]
        super().update(output[target.named], target.index, num_frames[target.named])
