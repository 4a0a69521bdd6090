"""Losses that tasks are composed from: one number a clip, never a mean over clips.

Letters: P clips, T frames, C classes, E size of an embedding.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from allears.parts.heads import EmbeddingHead, frame_mask
from allears.parts.span_labels import FrameTarget

__all__ = [
    "angular_margin",
    "clip_binary_cross_entropy",
    "clip_cross_entropy",
    "clip_squared_error",
    "frame_binary_cross_entropy",
    "known_frames",
]


def clip_cross_entropy(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of (P, C) logits against classes (P,)."""
    return nn.functional.cross_entropy(head(features, num_frames).float(), target, reduction="none")


def clip_binary_cross_entropy(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Mean over classes of the binary cross-entropy of (P, C) logits against (P, C) in {0, 1}."""
    logits = head(features, num_frames).float()
    return nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(dim=1)


def clip_squared_error(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Squared distance of (P, C) outputs from (P, C), mean over C."""
    return (head(features, num_frames).float() - target).square().mean(dim=1)


class known_frames:
    """A loss a frame, averaged over the frames of a clip that are labelled.

    Args:
        loss: (logits (P, T, C), target (P, T, C)) -> (P, T). Here: `cross_entropy`, `binary_cross_entropy`,
            `squared_error`.
    """

    def __init__(self, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.loss = loss

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: FrameTarget) -> Tensor:
        logits = head(features, num_frames).float()
        length = logits.shape[1]
        known = target.is_known[:, :length] * frame_mask(num_frames, length)
        loss = self.loss(logits, target.value[:, :length])
        return (loss * known).sum(dim=1) / known.sum(dim=1).clamp(min=1)

    @staticmethod
    def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
        """Against probabilities of classes of which one is the case."""
        return -(logits.log_softmax(-1) * target).sum(-1)

    @staticmethod
    def binary_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
        """Against classes of which any number is the case; mean over them."""
        return nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(-1)

    @staticmethod
    def squared_error(logits: Tensor, target: Tensor) -> Tensor:
        """Against quantities; mean over them."""
        return (logits - target).square().mean(-1)


def frame_binary_cross_entropy(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Mean over a clip's frames of the binary cross-entropy of (P, T, 1) logits against (P, T') in {0, 1}, T' >= T."""
    logits = head(features, num_frames)[:, :, 0].float()
    loss = nn.functional.binary_cross_entropy_with_logits(logits, target[:, : logits.shape[1]], reduction="none")
    mask = frame_mask(num_frames, logits.shape[1])
    return (loss * mask).sum(dim=1) / mask.sum(dim=1)


class angular_margin:
    """Additive angular margin softmax: the angle to the right prototype is made harder by `margin`.

    loss = -log( e^{s cos(a_y + m)} / (e^{s cos(a_y + m)} + sum_{c != y} e^{s cos a_c}) ), a_c = angle(embedding, w_c)
    Source: Deng et al. 2019, "ArcFace". s = `scale`, m = `margin` (radians).
    """

    def __init__(self, *, margin: float = 0.2, scale: float = 30.0) -> None:
        self.margin, self.scale = margin, scale

    def __call__(self, head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
        assert isinstance(head, EmbeddingHead)
        return self.of(head(features, num_frames), head.prototypes, target)

    def of(self, embedding: Tensor, prototypes: Tensor, target: Tensor) -> Tensor:
        """The loss of unit vectors (P, E) against prototypes (C, E) of any length and classes (P,), (P,)."""
        if int(target.max()) >= len(prototypes):
            raise ValueError(
                f"a clip has class {int(target.max())}, the head was built for {len(prototypes)}: name every "
                "training class in the task's options (`{from_field: ...}` does), or leave the clip out"
            )
        cosine = embedding.float() @ nn.functional.normalize(prototypes, dim=-1).T
        right = cosine.gather(1, target[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
        # past angle pi - m the cosine would rise again: fall back to a linear penalty, as ArcFace's own code does
        harder = torch.where(
            right > math.cos(math.pi - self.margin),
            torch.cos(right.acos() + self.margin),
            right - math.sin(math.pi - self.margin) * self.margin,
        )
        logits = cosine.scatter(1, target[:, None], harder)
        return nn.functional.cross_entropy(self.scale * logits, target, reduction="none")
