"""Conformer: attention for the whole clip and convolution for the neighbourhood, in every block; from scratch.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`, the subsampled frames and each block.
Source: Gulati et al. 2020. Two strided 3 x 3 convolutions over time and frequency turn 10 ms into `frame_ms`; where the
blocks differ from the paper is said in `conformer_block.py`.

Letters: B clips, S samples, M log-mel frames (10 ms), F mel bands, T encoder frames, D width, L layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.frontend import add_frontend, read_frames
from allears.encoders.logmel import HOP, SAMPLE_RATE
from allears.parts.conformer_block import ConformerBlock, rotary
from allears.parts.padding import frame_mask, keep

__all__ = ["ConformerEncoder", "conformer"]


class ConformerEncoder(nn.Module):
    """See the module.

    Args:
        dim: D; its share a head must be even.
        depth: blocks.
        num_heads: heads of the attention.
        kernel: frames that a block's convolution spans, odd. Gulati: 32; ours is centred on a frame.
        frame_ms: 20 or 40: one or both of the convolutions halve the rate of time; both halve the bands.
        dropout: share dropped in training after each part of a block.

    Attributes:
        num_layers: L, the subsampled frames and each block's output.
        frame_shift_s: `frame_ms` in seconds.
        tail_s: 0.0, nothing follows the clip.

    Raises:
        ValueError: another `frame_ms`, an even kernel, or heads that do not fit.
    """

    tail_s = 0.0

    def __init__(
        self,
        dim: int = 144,
        depth: int = 8,
        num_heads: int = 4,
        kernel: int = 31,
        frame_ms: int = 40,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        if frame_ms not in (20, 40):
            raise ValueError(f"frame_ms must be 20 or 40, got {frame_ms}: the convolutions halve 10 ms once or twice")
        if kernel % 2 == 0:
            raise ValueError(f"kernel must be odd, got {kernel}: it is centred on a frame; {kernel + 1} is the next")
        if dim % (2 * num_heads):
            raise ValueError(
                f"a width of {dim} leaves {num_heads} heads no even share: give a multiple of twice the heads"
            )
        self.dim, self.num_layers, self.num_heads = dim, depth + 1, num_heads
        self.frame_shift_s, self.samples_per_frame = frame_ms / 1000, frame_ms * SAMPLE_RATE // 1000
        bands = add_frontend(self, "log-mel")
        self.conv1 = nn.Conv2d(1, dim, kernel_size=3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(dim, dim, kernel_size=3, stride=(frame_ms // 20, 2), padding=1)
        self.conv_project = nn.Linear(bands // 4 * dim, dim)
        self.conv_dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(ConformerBlock(dim, num_heads, kernel, dropout) for _ in range(depth))

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Encoder frames of clips of `num_samples` samples, (B,) -> (B,); at least one."""
        return ((num_samples + self.samples_per_frame - 1) // self.samples_per_frame).clamp(min=1)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """audio (B, S), num_samples (B,) -> Hidden of T frames; without `num_samples` every clip is S long."""
        frames = None if num_samples is None else self.num_frames(num_samples)
        x = self._subsample(read_frames(self, audio, num_samples, self.samples_per_frame), frames)
        angles = rotary(x.shape[1], self.dim // self.num_heads, x.device)
        mask = None if frames is None else frame_mask(x.shape[1], frames)[:, None, None, :]
        stack = [keep(self.conv_dropout(self.conv_project(x)), frames)]
        for layer in self.layers:
            stack.append(layer(stack[-1], angles, mask, frames))
        return Hidden(torch.stack(stack), frames)

    def _subsample(self, x: Tensor, frames: Tensor | None) -> Tensor:
        """(B, M, F) -> (B, T, F / 4 * D)"""
        steps = self.samples_per_frame // HOP  # log-mel frames an encoder frame
        x = keep(x, None if frames is None else frames * steps)
        x = nn.functional.silu(self.conv1(x[:, None])).transpose(1, 2)  # (B, M / 2, D, F / 2)
        x = keep(x, None if frames is None else frames * (steps // 2))
        return nn.functional.silu(self.conv2(x.transpose(1, 2))).transpose(1, 2).flatten(2)


@ENCODERS.register
def conformer(
    *,
    dim: int = 144,
    depth: int = 8,
    num_heads: int = 4,
    kernel: int = 31,
    frame_ms: int = 40,
    dropout: float = 0.1,
) -> ConformerEncoder:
    """Conformer on log-mel, from scratch: 4.5 million parameters at the default sizes."""
    return ConformerEncoder(dim, depth, num_heads, kernel, frame_ms, dropout)
