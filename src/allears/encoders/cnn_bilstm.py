"""A small encoder to train from scratch: log-mel or MFCC, strided convolutions, bidirectional LSTMs.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: `Hidden`, the frames of the convolutions and of
each LSTM. What lies past a clip's end changes nothing before it (masks between convolutions, packed LSTMs).
Source: the convolutional recurrent shape of Sainath et al. 2015 (CLDNN). Ours differs: the convolutions run over time
alone (`crdnn.py` has those over time and frequency), and the LSTMs are pre-norm and residual, so that every layer has
width D and tasks can mix them.

Letters: B clips, S samples, M feature frames (10 ms), C features a frame, T encoder frames, D width, H LSTM cells a
direction, L layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.encoders import ENCODERS
from allears.encoders.base import Hidden
from allears.encoders.frontend import add_frontend, read_frames
from allears.encoders.logmel import HOP, SAMPLE_RATE
from allears.parts.padding import keep, run_lstm

__all__ = ["CnnBiLstmEncoder", "cnn_bilstm"]


class _Conv(nn.Module):
    """(B, M, C) -> (B, ceil(M / stride), D): convolution, norm, GELU; frames in and out are masked outside."""

    def __init__(self, in_dim: int, dim: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(in_dim, dim, kernel_size=3, stride=stride, padding=1)
        self.norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(self.norm(self.conv(x.transpose(1, 2)).transpose(1, 2)))


class _Layer(nn.Module):
    """Pre-norm residual bidirectional LSTM, (B, T, D) -> (B, T, D)."""

    def __init__(self, dim: int, lstm_dim: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.lstm = nn.LSTM(dim, lstm_dim, batch_first=True, bidirectional=True)
        self.project = nn.Linear(2 * lstm_dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, num_frames: Tensor | None) -> Tensor:
        states = run_lstm(self.lstm, self.norm(x), num_frames)
        return x + self.dropout(self.project(states))


class CnnBiLstmEncoder(nn.Module):
    """See the module.

    Args:
        dim: D.
        lstm_dim: H.
        depth: LSTM layers.
        frame_ms: 20 or 40: one or two of the two convolutions halve the rate.
        dropout: share of an LSTM layer's outputs dropped in training.
        features: what is read, `log-mel` (80 bands) or `mfcc` (13 coefficients and their first and second deltas).

    Attributes:
        num_layers: L, the convolutions' output and each LSTM's.
        frame_shift_s: `frame_ms` in seconds.
        tail_s: 0.0, nothing follows the clip.

    Raises:
        ValueError: another `frame_ms` or other features.
    """

    tail_s = 0.0

    def __init__(
        self,
        dim: int = 192,
        lstm_dim: int = 192,
        depth: int = 2,
        frame_ms: int = 20,
        dropout: float = 0.1,
        features: str = "log-mel",
    ) -> None:
        super().__init__()
        if frame_ms not in (20, 40):
            raise ValueError(f"frame_ms must be 20 or 40, got {frame_ms}: the convolutions halve 10 ms once or twice")
        self.dim, self.num_layers = dim, depth + 1
        self.frame_shift_s = frame_ms / 1000
        self.samples_per_frame = frame_ms * SAMPLE_RATE // 1000
        self.conv1 = _Conv(add_frontend(self, features), dim, stride=2)
        self.conv2 = _Conv(dim, dim, stride=2 if frame_ms == 40 else 1)
        self.layers = nn.ModuleList(_Layer(dim, lstm_dim, dropout) for _ in range(depth))
        self.layer_norm = nn.LayerNorm(dim)

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """Encoder frames of clips of `num_samples` samples, (B,) -> (B,); at least one."""
        return ((num_samples + self.samples_per_frame - 1) // self.samples_per_frame).clamp(min=1)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """audio (B, S), num_samples (B,) -> Hidden of T frames; without `num_samples` every clip is S long."""
        size = self.samples_per_frame
        x = read_frames(self, audio, num_samples, size)
        frames = None if num_samples is None else self.num_frames(num_samples)
        x = self.conv1(x if frames is None else keep(x, frames * (size // HOP)))
        x = self.conv2(x if frames is None else keep(x, frames * (size // HOP // 2)))
        stack = [keep(x, frames)]
        for layer in self.layers:
            stack.append(layer(stack[-1], frames))
        stack[-1] = self.layer_norm(stack[-1])
        return Hidden(torch.stack(stack), frames)


@ENCODERS.register
def cnn_bilstm(
    *,
    dim: int = 192,
    lstm_dim: int = 192,
    depth: int = 2,
    frame_ms: int = 20,
    dropout: float = 0.1,
    features: str = "log-mel",
) -> CnnBiLstmEncoder:
    """Convolutions and bidirectional LSTMs on log-mel or MFCC, from scratch: 1.5 million parameters by default."""
    return CnnBiLstmEncoder(dim, lstm_dim, depth, frame_ms, dropout, features)
