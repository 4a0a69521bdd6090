"""Losses that tasks are composed from: one number a clip, never a mean over clips.

Letters: P clips, T frames, C classes, E size of an embedding.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from allears.heads import EmbeddingHead, frame_mask

__all__ = ["angular_margin", "clip_cross_entropy", "frame_binary_cross_entropy"]


def clip_cross_entropy(head: nn.Module, features: Tensor, num_frames: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of (P, C) logits against classes (P,)."""
    return nn.functional.cross_entropy(head(features, num_frames).float(), target, reduction="none")


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
        if int(target.max()) >= len(head.prototypes):
            raise ValueError(
                f"a clip has class {int(target.max())}, the head was built for {len(head.prototypes)}: name every "
                "training class in the task's options (`{from_field: ...}` does), or leave the clip out"
            )
        embedding = head(features, num_frames).float()
        cosine = embedding @ nn.functional.normalize(head.prototypes, dim=-1).T
        right = cosine.gather(1, target[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
        # past angle pi - m the cosine would rise again: fall back to a linear penalty, as ArcFace's own code does
        harder = torch.where(
            right > math.cos(math.pi - self.margin),
            torch.cos(right.acos() + self.margin),
            right - math.sin(math.pi - self.margin) * self.margin,
        )
        logits = cosine.scatter(1, target[:, None], harder)
        return nn.functional.cross_entropy(self.scale * logits, target, reduction="none")
