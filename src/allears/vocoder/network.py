"""Frames of a voice to its sound: filters for a buzz and a hiss, predicted frame by frame.

In: log-mel (B, T, M), pitch (B, T) Hz, the spectra of a buzz at that pitch and of noise (B, T, 2, F), real and
imaginary part. Out: the spectrum (B, T, 2, F) of the voice; its inverse transform is the sound.

    Y = H exp(h + i p) + N exp(n)

with h, n the logarithms of two filters and p a turn of the phase, for each frame and frequency. Both filters begin as
what the log-mel says the envelope is, and the network predicts what to add: it makes speech before it has learned.
Source: harmonic plus noise filtered in the spectrum (Engel et al. 2020, DDSP; Li et al. 2023, HiFTNet), the network of
Vocos (Siuzdak 2023): ConvNeXt blocks over frames, no upsampling.

Letters: B clips, T frames, M mel bands, F frequencies (BINS), W width.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from allears.mel_scale import mel_filters
from allears.teacher_prosody import MEL, PITCH
from allears.voice_frames import BINS, FFT, NUM_MELS, SAMPLE_RATE

__all__ = ["VocoderNet", "envelope"]

_MARGIN = 5.0  # what the network may add to the logarithm of a filter, at most: 43 dB
_HISS = -2.0  # ln of how far the hiss lies below the buzz at the start
_SOURCE = float(np.sqrt(FFT * 3 / 8))  # |X| of a source of power 1: root of the sum of the squared window


def envelope() -> tuple[np.ndarray, np.ndarray]:
    """(M, F) and (F,) float32: log-mel @ matrix + offset is the ln of the filter that gives a source that spectrum.

    A band's amplitude is sqrt(sum of w |X|^2) / (FFT / 4), so a flat spectrum in it has |X| = amplitude * (FFT / 4) /
    sqrt(sum of w); between the bands' middles it goes in a straight line.
    """
    filters = mel_filters(NUM_MELS, SAMPLE_RATE, FFT)
    filters = filters / filters.max(axis=1, keepdims=True)
    middles = (filters * np.arange(BINS)).sum(axis=1) / filters.sum(axis=1)
    matrix = np.stack([np.interp(np.arange(BINS), middles, row) for row in np.eye(NUM_MELS)])
    offset = np.log(FFT / 4 / _SOURCE) - 0.5 * np.log(filters.sum(axis=1)) @ matrix
    return matrix.astype(np.float32), offset.astype(np.float32)


class _Block(nn.Module):
    """ConvNeXt (Liu et al. 2022) over time, (B, W, T) -> (B, W, T)."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.grow, self.shrink = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        y = self.shrink(nn.functional.gelu(self.grow(y)))
        out: Tensor = x + (self.scale * y).transpose(1, 2)
        return out


class VocoderNet(nn.Module):
    """See the module.

    Args:
        width: W.
        depth: blocks.
        kernel: frames that a block's convolution spans, odd.
    """

    def __init__(self, width: int = 256, depth: int = 6, kernel: int = 7) -> None:
        super().__init__()
        self.options = {"width": width, "depth": depth, "kernel": kernel}
        self.read = nn.Conv1d(NUM_MELS + 2, width, kernel, padding=kernel // 2)
        self.blocks = nn.ModuleList(_Block(width, kernel) for _ in range(depth))
        self.norm, self.out = nn.LayerNorm(width), nn.Linear(width, 3 * BINS)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        matrix, offset = (torch.from_numpy(values) for values in envelope())
        self.register_buffer("matrix", matrix, persistent=False)
        self.register_buffer("offset", offset, persistent=False)
        self.matrix: Tensor
        self.offset: Tensor

    def forward(self, mel: Tensor, f0: Tensor, harmonic: Tensor, noise: Tensor) -> Tensor:
        """(B, T, M), (B, T), (B, T, 2, F), (B, T, 2, F) -> (B, T, 2, F)"""
        voiced = (f0 > 0).to(mel.dtype)
        pitch = voiced * (f0.clamp(min=1.0).log() - PITCH.mean) / PITCH.std
        x = torch.cat([(mel - MEL.mean) / MEL.std, pitch[..., None], voiced[..., None]], dim=-1)
        x = self.read(x.transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        buzz, turn, hiss = self.out(self.norm(x.transpose(1, 2))).chunk(3, dim=-1)
        base = torch.matmul(mel, self.matrix) + self.offset
        loud = (base + _MARGIN * torch.tanh(buzz / _MARGIN)).exp()
        # where nothing buzzes, the hiss is all there is
        low = (base + _HISS * voiced[..., None] + _MARGIN * torch.tanh(hiss / _MARGIN)).exp()
        cosine, sine = loud * turn.cos(), loud * turn.sin()
        real, imaginary = harmonic.unbind(2)
        turned = torch.stack([real * cosine - imaginary * sine, real * sine + imaginary * cosine], dim=2)
        return turned + noise * low[:, :, None]
