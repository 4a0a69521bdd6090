"""Waveform to log-mel frames as Whisper defines them, in plain tensor operations that export to ONNX.

In: audio (B, S) at 16 kHz. Out: (B, 80, M), M = mel frames at 100 Hz.
Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision"; filters: Slaney's mel scale.
Ours differs from the reference in one thing: the Fourier transform is a convolution with a windowed cosine and sine
basis, because that is one ONNX operator that every runtime has. Values agree to about 1e-5.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from allears import mel_scale

__all__ = ["HOP", "LogMel", "fourier_basis", "mel_energies", "mel_filters"]

SAMPLE_RATE = 16_000  # Hz
N_FFT = 400  # 25 ms at 16 kHz
HOP = 160  # 10 ms at 16 kHz
NUM_BINS = N_FFT // 2 + 1
_DYNAMIC_RANGE = 8.0  # log10 units below the clip's loudest bin that are kept


def mel_filters(num_mels: int = 80, sample_rate: int = SAMPLE_RATE, n_fft: int = N_FFT) -> np.ndarray:
    """Slaney's mel filters (see `mel_scale.py`) of this front end, (num_mels, n_fft // 2 + 1)."""
    return mel_scale.mel_filters(num_mels, sample_rate, n_fft)


def fourier_basis() -> np.ndarray:
    """Hann-windowed cosine and sine rows, (2 * NUM_BINS, 1, N_FFT) float32."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)  # periodic Hann
    phase = 2 * np.pi * np.outer(np.arange(NUM_BINS), np.arange(N_FFT)) / N_FFT
    rows = np.concatenate([np.cos(phase), np.sin(phase)])[:, None, :].astype(np.float64) * window
    return np.asarray(rows.astype(np.float32))


def mel_energies(audio: Tensor, basis: Tensor, filters: Tensor) -> Tensor:
    """Power in each mel band: audio (B, S), `fourier_basis()`, `mel_filters()` -> (B, num_mels, S // HOP), above 0."""
    padded = nn.functional.pad(audio[:, None, :], (N_FFT // 2, N_FFT // 2), mode="reflect")
    spectrum = nn.functional.conv1d(padded, basis, stride=HOP)[:, :, :-1]
    power = spectrum[:, :NUM_BINS].square() + spectrum[:, NUM_BINS:].square()
    return torch.matmul(filters, power).clamp(min=1e-10)


class LogMel(nn.Module):
    """(B, S) samples -> (B, num_mels, S // HOP) log-mel, normalised to each clip's own peak."""

    def __init__(self, num_mels: int = 80) -> None:
        super().__init__()
        self.register_buffer("basis", torch.from_numpy(fourier_basis()), persistent=False)
        self.register_buffer("filters", torch.from_numpy(mel_filters(num_mels)), persistent=False)
        self.basis: Tensor
        self.filters: Tensor

    def forward(self, audio: Tensor) -> Tensor:
        mel = mel_energies(audio, self.basis, self.filters).log10()
        peak = mel.amax(dim=(1, 2), keepdim=True)
        return (torch.maximum(mel, peak - _DYNAMIC_RANGE) + 4.0) / 4.0
