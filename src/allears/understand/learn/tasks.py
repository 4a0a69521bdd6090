"""The tasks of open language: domain, set of labels, scope, and for each set its intents and the tags of its values.

In: names. Out: `Task`s, on the same five parts as those of sound; they are not in the plug-in folder `tasks/`, since no
clip of audio carries their labels. Loss: cross-entropy, a sentence's tags by their mean.

Letters: P sentences that carry the label, T pieces, D width, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from allears.parts.heads import frame_mask
from allears.parts.labels import ClassLabel
from allears.parts.losses import clip_cross_entropy
from allears.parts.metrics import Accuracy, MacroF1
from allears.spec import Resolution, TaskSpec
from allears.tasks.base import LabelContext, LossPerClip, Task
from allears.understand.f1 import SpanCounts
from allears.understand.spec import UnderstandSpec
from allears.understand.tags import allowed_after, spans_of, viterbi

__all__ = ["DOMAIN", "SCOPE", "SET", "MeanHead", "PieceHead", "TagF1", "build_tasks", "intent_task", "tags_task"]

DOMAIN, SCOPE, SET = "domain", "scope", "set"
OUT, IN = "out", "in"  # classes of SCOPE
_NOT_FIRST = -100  # a piece that no tag is asked of: cross_entropy's ignore_index


class MeanHead(nn.Module):
    """Logits (B, C) of the mean of a text's frames."""

    def __init__(self, dim: int, num_classes: int, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(dim, num_classes)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        mask = frame_mask(num_frames, features.shape[1])[:, :, None]
        mean = (features * mask).sum(1, keepdim=True) / mask.sum(1, keepdim=True)  # (B, 1, D): a product with a matrix
        logits: Tensor = self.out(self.dropout(mean))  # of three dimensions is one that int8 is made of
        return logits[:, 0]


class PieceHead(nn.Module):
    """Logits (B, T, C) of every frame."""

    def __init__(self, dim: int, num_classes: int, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(dim, num_classes)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        logits: Tensor = self.out(self.dropout(features))
        return logits


class WordTags:
    """Field `tags`, with `first` (each word's first piece) -> (P, T) classes of the first pieces.

    Args:
        field: name of the label set; a sentence of another one is not labelled.
        tags: classes; a sentence with another tag is not labelled either.
    """

    def __init__(self, field: str, tags: Sequence[str]) -> None:
        self.field, self.index = field, {tag: number for number, tag in enumerate(tags)}

    def encode(self, fields: Mapping[str, Any], context: LabelContext) -> Tensor | None:
        tags = fields.get(self.field)
        if tags is None or any(tag not in self.index for tag in tags):
            return None
        target = torch.full((context.num_frames,), _NOT_FIRST)
        target[list(fields["first"])] = torch.tensor([self.index[tag] for tag in tags])
        return target

    def collate(self, values: Sequence[Tensor], max_frames: int) -> Tensor:
        out = torch.full((len(values), max_frames), _NOT_FIRST)
        for row, value in zip(out, values, strict=True):
            row[: len(value)] = value
        return out


def tag_cross_entropy(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Mean over a sentence's words, (P,)."""
    logits = head(features, num_frames).float().transpose(1, 2)  # (P, C, T)
    loss = nn.functional.cross_entropy(logits, target, reduction="none", ignore_index=_NOT_FIRST)
    return loss.sum(1) / (target != _NOT_FIRST).sum(1)


class TagF1:
    """F1 of whole values, as conlleval counts them, of the likeliest tags that make sense one after another."""

    name, higher_is_better = "slot_f1", True

    def __init__(self, tags: Sequence[str]) -> None:
        self._tags, self._allowed = tuple(tags), allowed_after(tags)
        self.counts = SpanCounts()

    def update(self, output: Tensor, target: Tensor, num_frames: Tensor) -> None:
        for logits, true in zip(output, target, strict=True):
            is_word = true != _NOT_FIRST
            said = viterbi(logits[: len(true)][is_word].float().log_softmax(-1).numpy(), self._allowed)
            self.counts.add(
                spans_of([self._tags[i] for i in said]), spans_of([self._tags[i] for i in true[is_word].tolist()])
            )

    def compute(self) -> float | None:
        return self.counts.f1


def intent_task(name: str, classes: Sequence[str], *, field: str | None = None, smoothing: float = 0.0) -> Task:
    """One of `classes` for a sentence; `field` is `name` if it is not given. `smoothing`: share of the target that all
    classes have in common (Szegedy et al. 2016)."""
    return Task(
        spec=TaskSpec(name, Resolution.CLIP, {"kind": "top_one"}, tuple(classes)),
        label=ClassLabel(field or name, classes),
        head=lambda dim: MeanHead(dim, len(classes)),
        loss_per_clip=_smoothed(smoothing) if smoothing else clip_cross_entropy,
        metrics=lambda: (Accuracy(), MacroF1()),
        reads="last",
    )


def _smoothed(smoothing: float) -> LossPerClip:
    def loss(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
        logits = head(features, num_frames).float()
        return nn.functional.cross_entropy(logits, target, reduction="none", label_smoothing=smoothing)

    return loss


def tags_task(name: str, tags: Sequence[str]) -> Task:
    """A tag a word."""
    return Task(
        spec=TaskSpec(name, Resolution.FRAME, {"kind": "top_one"}, tuple(tags)),
        label=WordTags(name, tags),
        head=lambda dim: PieceHead(dim, len(tags)),
        loss_per_clip=tag_cross_entropy,
        metrics=lambda: (TagF1(tags),),
        reads="last",
    )


def build_tasks(spec: UnderstandSpec, *, smoothing: float = 0.0) -> dict[str, Task]:
    """All tasks of a spec; a set without marked values has no task of tags. `smoothing`: of intents."""
    tasks = [
        intent_task(DOMAIN, spec.domains),
        intent_task(SET, [one.name for one in spec.sets]),
        intent_task(SCOPE, (OUT, IN)),
    ]
    for one in spec.sets:
        tasks.append(intent_task(f"intent-{one.name}", one.intents, smoothing=smoothing))
        if one.tags:
            tasks.append(tags_task(f"slots-{one.name}", one.tags))
    return {task.name: task for task in tasks}
