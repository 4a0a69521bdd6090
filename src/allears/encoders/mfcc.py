"""Waveform to mel-frequency cepstral coefficients (MFCC), in plain tensor operations that export to ONNX.

In: audio (B, S) at 16 kHz, real frames (B,). Out: (B, C, M) at 100 Hz; frames past a clip's end are 0.
Source: Davis and Mermelstein 1980; the formulas are those of the HTK Book (Young et al. 2006), chapter 5:

    c_n = sqrt(2 / K) sum_{k=1..K} ln(m_k) cos(pi n (k - 1/2) / K)      K mel energies m_k; c_0 by sqrt(1 / K)
    c'_n = (1 + Q / 2 sin(pi n / Q)) c_n                                liftering; Q = 0: none
    d_t = sum_{i=1..W} i (c_{t+i} - c_{t-i}) / (2 sum_{i=1..W} i^2)     deltas; before the first and after the last
                                                                        real frame, that frame is repeated

Ours differs from HTK: the windows and mel bands are those of `logmel.py` (Hann, Slaney), there is no pre-emphasis, c_0
is kept and is orthonormal as the others, and every number is brought to mean 0 and variance 1 over the clip (CMVN).

Letters: B clips, S samples, M frames (10 ms), K mel bands, N coefficients, C features a frame.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from allears.encoders.logmel import fourier_basis, mel_energies, mel_filters

__all__ = ["Mfcc", "cepstral_matrix"]

_DELTA_REACH = 2  # W, frames on either side; HTK's usual value
_MIN_VARIANCE = 1e-5  # of a coefficient over a clip; keeps digital silence from dividing by zero


def cepstral_matrix(num_coefficients: int, num_mels: int, lifter: int) -> np.ndarray:
    """Orthonormal DCT-II with the lifter in its rows, (num_coefficients, num_mels) float32."""
    n, k = np.arange(num_coefficients)[:, None], np.arange(num_mels)[None, :]
    rows = np.sqrt(2.0 / num_mels) * np.cos(np.pi * n * (k + 0.5) / num_mels)
    rows[0] *= np.sqrt(0.5)
    if lifter:
        rows *= 1.0 + lifter / 2 * np.sin(np.pi * n / lifter)
    return np.asarray(rows.astype(np.float32))


class Mfcc(nn.Module):
    """See the module.

    Args:
        num_coefficients: N, with c_0.
        num_mels: K.
        lifter: Q, 0 for none.
        num_deltas: 0, 1 (rates of change) or 2 (rates of those, too): C = N * (1 + num_deltas).

    Attributes:
        dim: C.

    Raises:
        ValueError: more coefficients than bands, or another number of deltas.
    """

    def __init__(self, num_coefficients: int = 13, num_mels: int = 40, lifter: int = 22, num_deltas: int = 2) -> None:
        super().__init__()
        if not 0 < num_coefficients <= num_mels:
            raise ValueError(f"num_coefficients must be from 1 to num_mels ({num_mels}), got {num_coefficients}")
        if num_deltas not in (0, 1, 2):
            raise ValueError(f"num_deltas must be 0, 1 or 2, got {num_deltas}")
        self.num_deltas, self.dim = num_deltas, num_coefficients * (1 + num_deltas)
        self.basis: Tensor
        self.filters: Tensor
        self.matrix: Tensor
        self.register_buffer("basis", torch.from_numpy(fourier_basis()), persistent=False)
        self.register_buffer("filters", torch.from_numpy(mel_filters(num_mels)), persistent=False)
        matrix = cepstral_matrix(num_coefficients, num_mels, lifter)
        self.register_buffer("matrix", torch.from_numpy(matrix), persistent=False)

    def forward(self, audio: Tensor, num_frames: Tensor) -> Tensor:
        """audio (B, S), num_frames (B,), each at most S // HOP and at least 1 -> (B, C, S // HOP)."""
        features = [torch.matmul(self.matrix, mel_energies(audio, self.basis, self.filters).log())]
        for _ in range(self.num_deltas):
            features.append(_deltas(features[-1], num_frames))
        return _normalise(torch.cat(features, dim=1), num_frames)


def _deltas(x: Tensor, num_frames: Tensor) -> Tensor:
    """Regression over W frames on either side, (B, N, M) -> (B, N, M); no frame past the end is read."""
    time, last = torch.arange(x.shape[2], device=x.device)[None, :], num_frames[:, None] - 1
    total = torch.zeros_like(x)
    for i in range(1, _DELTA_REACH + 1):
        after, before = torch.minimum(time + i, last), torch.minimum((time - i).clamp(min=0), last)
        total = total + i * (_frames_at(x, after) - _frames_at(x, before))
    return total / (2 * sum(i * i for i in range(1, _DELTA_REACH + 1)))


def _frames_at(x: Tensor, index: Tensor) -> Tensor:
    """Frames `index` (B, M) of x (B, N, M)."""
    return torch.gather(x, 2, index[:, None, :].expand(-1, x.shape[1], -1))


def _normalise(x: Tensor, num_frames: Tensor) -> Tensor:
    """x (B, C, M) with mean 0 and variance 1 over each clip's real frames, 0 past them."""
    inside = (torch.arange(x.shape[2], device=x.device)[None, :] < num_frames[:, None])[:, None, :]
    count = num_frames[:, None, None].to(x.dtype)
    centred = (x - (x * inside).sum(2, keepdim=True) / count) * inside
    variance = centred.square().sum(2, keepdim=True) / count
    return centred / (variance + _MIN_VARIANCE).sqrt()
