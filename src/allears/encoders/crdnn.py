"""The classic speech encoder: convolution blocks over time and frequency, then a bidirectional LSTM of two layers.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`, the convolutions and each LSTM layer.
Source: Sainath et al. 2015 (CLDNN); the blocks are those of the CRDNN of SpeechBrain (Ravanelli et al. 2021): twice
convolution 3 x 3, layer norm, leaky ReLU; then max pooling and dropout. The fully connected part is left to the heads.
Ours differs: pooling also shortens time (10 ms -> `frame_ms`), and the norm is a layer norm over channels and frequency
of one frame: batch norm would let padding and other clips change a clip. For the convolutions over time alone see
`cnn_bilstm.py`.

Letters: B clips, S samples, M feature frames (10 ms), F frequencies, K channels, T encoder frames, H LSTM cells a
direction, D = 2 H width, L layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.frontend import add_frontend, read_frames
from allears.encoders.logmel import HOP, SAMPLE_RATE
from allears.parts.padding import keep, run_lstm

__all__ = ["CrdnnEncoder", "crdnn"]


class _Conv(nn.Module):
    """(B, M, F, K') -> (B, M, F, K): convolution over time and frequency, norm, leaky ReLU."""

    def __init__(self, in_channels: int, channels: int, num_bands: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
        self.norm = nn.LayerNorm((num_bands, channels))

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return nn.functional.leaky_relu(self.norm(x))


class _Block(nn.Module):
    """(B, M, F, K') -> (B, M / time_pool, F // 2, K); frames past `num_frames` (before pooling) stay silent."""

    def __init__(self, in_channels: int, channels: int, num_bands: int, time_pool: int, dropout: float) -> None:
        super().__init__()
        self.time_pool = time_pool
        self.first = _Conv(in_channels, channels, num_bands)
        self.second = _Conv(channels, channels, num_bands)
        self.dropout = nn.Dropout2d(dropout)  # whole channels, as SpeechBrain does

    def forward(self, x: Tensor, num_frames: Tensor | None) -> Tensor:
        x = self.second(keep(self.first(keep(x, num_frames)), num_frames))
        pooled = nn.functional.max_pool2d(x.permute(0, 3, 1, 2), (self.time_pool, 2))
        return self.dropout(pooled).permute(0, 2, 3, 1)


class CrdnnEncoder(nn.Module):
    """See the module.

    Args:
        lstm_dim: H.
        depth: LSTM layers.
        channels: K of the first and of the second block.
        frame_ms: 20 or 40: the first, or each of the blocks halves the rate.
        dropout: share of channels after a block, and of states between LSTM layers, dropped in training.
        features: what is read, `log-mel` or `mfcc`.

    Attributes:
        dim: D.
        num_layers: L, the projected output of the convolutions and each LSTM layer's states.
        frame_shift_s: `frame_ms` in seconds.
        tail_s: 0.0, nothing follows the clip.

    Raises:
        ValueError: another `frame_ms`, other features, or not two blocks.
    """

    tail_s = 0.0

    def __init__(
        self,
        lstm_dim: int = 192,
        depth: int = 2,
        channels: Sequence[int] = (32, 64),
        frame_ms: int = 20,
        dropout: float = 0.15,
        features: str = "log-mel",
    ) -> None:
        super().__init__()
        if frame_ms not in (20, 40):
            raise ValueError(f"frame_ms must be 20 or 40, got {frame_ms}: the blocks halve 10 ms once or twice")
        if len(channels) != 2:
            raise ValueError(f"channels must be two numbers, one a block, got {tuple(channels)}: for example [32, 64]")
        self.dim, self.num_layers = 2 * lstm_dim, depth + 1
        self.frame_shift_s, self.samples_per_frame = frame_ms / 1000, frame_ms * SAMPLE_RATE // 1000
        bands = add_frontend(self, features)
        self.conv1 = _Block(1, channels[0], bands, 2, dropout)
        self.conv2 = _Block(channels[0], channels[1], bands // 2, frame_ms // 20, dropout)
        self.conv_project = nn.Linear(bands // 4 * channels[1], self.dim)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(
            nn.LSTM(self.dim, lstm_dim, batch_first=True, bidirectional=True) for _ in range(depth)
        )

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Encoder frames of clips of `num_samples` samples, (B,) -> (B,); at least one."""
        return ((num_samples + self.samples_per_frame - 1) // self.samples_per_frame).clamp(min=1)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """audio (B, S), num_samples (B,) -> Hidden of T frames; without `num_samples` every clip is S long."""
        size = self.samples_per_frame
        frames = None if num_samples is None else self.num_frames(num_samples)
        x = read_frames(self, audio, num_samples, size)[:, :, :, None]
        x = self.conv1(x, None if frames is None else frames * (size // HOP))
        x = self.conv2(x, None if frames is None else frames * (size // HOP // 2))
        stack = [keep(self.conv_project(x.flatten(2)), frames)]
        for layer in self.layers:
            x = stack[-1] if len(stack) == 1 else self.dropout(stack[-1])
            stack.append(run_lstm(cast(nn.LSTM, layer), x, frames))
        return Hidden(torch.stack(stack), frames)


@ENCODERS.register
def crdnn(
    *,
    lstm_dim: int = 192,
    depth: int = 2,
    channels: Sequence[int] = (32, 64),
    frame_ms: int = 20,
    dropout: float = 0.15,
    features: str = "log-mel",
) -> CrdnnEncoder:
    """The classic CNN and BiLSTM: 2-D convolutions and a two-layer bidirectional LSTM; 2.4 million parameters."""
    return CrdnnEncoder(lstm_dim, depth, channels, frame_ms, dropout, features)
