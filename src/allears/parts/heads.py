"""Small networks that read the shared features, one a task, put together from a few parts.

Every head is called as `head(features (B, T, D), num_frames (B,))`; frames past `num_frames` change nothing.

Letters: B clips, T frames, D width of the features, H hidden width, C classes, E size of an embedding.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from allears.parts.padding import keep, run_lstm

__all__ = ["AttentivePooling", "ClipHead", "EmbeddingHead", "FrameHead", "RecurrentHead", "frame_mask"]


def frame_mask(num_frames: Tensor, length: int) -> Tensor:
    """(B,) -> (B, T) float, 1 where a frame belongs to the clip."""
    return (torch.arange(length, device=num_frames.device)[None, :] < num_frames[:, None]).float()


class _FrameStack(nn.Module):
    """A projection and two convolutions over time, (B, T, D) -> (B, T, H), zero past a clip's end."""

    def __init__(self, dim: int, hidden: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.project = nn.Linear(dim, hidden)
        self.conv1 = nn.Conv1d(hidden, hidden, kernel, padding=kernel // 2)
        self.conv2 = nn.Conv1d(hidden, hidden, kernel, padding=kernel // 2)
        self.norm1, self.norm2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        x = self.dropout(nn.functional.gelu(self.project(features))) * mask[:, :, None]
        for conv, norm in ((self.conv1, self.norm1), (self.conv2, self.norm2)):
            x = (x + nn.functional.gelu(norm(conv(x.transpose(1, 2)).transpose(1, 2)))) * mask[:, :, None]
        return x


class AttentivePooling(nn.Module):
    """Weighted mean and standard deviation over time, (B, T, H) -> (B, 2 H), weights from a small network.

    Source: Okabe et al. 2018, "Attentive Statistics Pooling for Deep Speaker Embedding".
    """

    def __init__(self, dim: int, hidden: int = 64) -> None:
        super().__init__()
        self.score = nn.Sequential(nn.Linear(dim, hidden), nn.Tanh(), nn.Linear(hidden, dim))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        weights = (self.score(x) + (mask[:, :, None] - 1.0) * 1e4).softmax(dim=1)
        mean = (weights * x).sum(dim=1)
        variance = (weights * x.square()).sum(dim=1) - mean.square()
        return torch.cat([mean, variance.clamp(min=1e-5).sqrt()], dim=1)


class FrameHead(nn.Module):
    """One vector of logits a frame, (B, T, C)."""

    def __init__(self, dim: int, num_classes: int, *, hidden: int = 64, kernel: int = 9, dropout: float = 0.1) -> None:
        super().__init__()
        self.stack = _FrameStack(dim, hidden, kernel, dropout)
        self.out = nn.Linear(hidden, num_classes)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        return self.out(self.stack(features, frame_mask(num_frames, features.shape[1])))


class RecurrentHead(nn.Module):
    """One vector of logits a frame, (B, T, C), by bidirectional LSTMs: what hears a word at both its ends.

    `stride` frames, one after another, are read as one and answered together: 2 halves the time. Each LSTM's states are
    added to what it read.
    """

    def __init__(
        self, dim: int, num_classes: int, *, hidden: int = 256, depth: int = 2, stride: int = 2, dropout: float = 0.1
    ) -> None:
        super().__init__()
        width = 2 * hidden
        self.stride = stride
        self.project = nn.Linear(stride * dim, width)
        self.lstms = nn.ModuleList(nn.LSTM(width, hidden, batch_first=True, bidirectional=True) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(depth + 1))
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, stride * num_classes)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        length = features.shape[1]
        padded = nn.functional.pad(keep(features, num_frames), (0, 0, 0, self.stride - 1))
        count = (length + self.stride - 1) // self.stride
        x = self.project(padded[:, : count * self.stride].unflatten(1, (-1, self.stride)).flatten(2))
        # exported graphs run one clip, all of it
        steps = None if torch.compiler.is_exporting() else (num_frames + self.stride - 1) // self.stride
        for lstm, norm in zip(self.lstms, self.norms[:-1], strict=True):
            x = x + run_lstm(cast(nn.LSTM, lstm), self.dropout(norm(x)), steps)
        logits = self.out(self.dropout(self.norms[-1](x)))
        return logits.unflatten(2, (self.stride, -1)).flatten(1, 2)[:, :length]


class ClipHead(nn.Module):
    """One vector of logits a clip, (B, C)."""

    def __init__(self, dim: int, num_classes: int, *, hidden: int = 128, kernel: int = 5, dropout: float = 0.2) -> None:
        super().__init__()
        self.stack = _FrameStack(dim, hidden, kernel, dropout)
        self.pool = AttentivePooling(hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(2 * hidden, num_classes)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        mask = frame_mask(num_frames, features.shape[1])
        return self.out(self.dropout(self.pool(self.stack(features, mask), mask)))


class EmbeddingHead(nn.Module):
    """A unit vector a clip, (B, E). Parts that only a loss reads: `prototypes` (C, E), one direction a training class;
    `teacher`, (B, E) -> (B, E'), which is what another model says of the same voice; `num_heard`, batches learned from.

    `stride`: that many frames are averaged into one before the convolutions; a voice changes slowly, and 2 halves the
    head's time.
    """

    def __init__(
        self,
        dim: int,
        size: int,
        num_classes: int,
        *,
        hidden: int = 256,
        kernel: int = 5,
        dropout: float = 0.1,
        stride: int = 1,
        teacher_size: int | None = None,
    ) -> None:
        super().__init__()
        self.stride = stride
        self.stack = _FrameStack(dim, hidden, kernel, dropout)
        self.pool = AttentivePooling(hidden, hidden // 2)
        self.norm = nn.LayerNorm(2 * hidden)
        self.out = nn.Linear(2 * hidden, size)
        self.prototypes = nn.Parameter(torch.randn(num_classes, size) / size**0.5)
        self.teacher = None if teacher_size is None else nn.Linear(size, teacher_size)
        self.num_heard = nn.Buffer(torch.zeros((), dtype=torch.int64))

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        features, mask = _averaged(features, frame_mask(num_frames, features.shape[1]), self.stride)
        pooled = self.norm(self.pool(self.stack(features, mask), mask))
        return nn.functional.normalize(self.out(pooled), dim=-1)


def _averaged(x: Tensor, mask: Tensor, stride: int) -> tuple[Tensor, Tensor]:
    """x (B, T, D) and mask (B, T) at 1 / `stride` of the frames: means over the frames that are there."""
    if stride == 1:
        return x, mask
    padded = nn.functional.pad(torch.cat([x * mask[:, :, None], mask[:, :, None]], dim=2), (0, 0, 0, stride - 1))
    sums = nn.functional.avg_pool1d(padded.transpose(1, 2), stride).transpose(1, 2)  # of frames and of the mask
    count = sums[:, :, -1:]
    return sums[:, :, :-1] / count.clamp(min=1e-6), (count[:, :, 0] > 0).to(x.dtype)
