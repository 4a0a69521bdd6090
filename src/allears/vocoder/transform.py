"""The inverse of the short-time spectrum of `voice_frames.py`, and spectra of other windows, as tensors with gradients.

Letters: B clips, T frames, S = T * HOP samples, F frequencies.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.voice_frames import FFT, HOP

__all__ = ["magnitudes", "to_sound"]


def to_sound(spectrum: Tensor) -> Tensor:
    """(B, T, 2, F) -> (B, S): windowed overlap-add, divided by the sum of the squared windows (`stft.istft`)."""
    count = spectrum.shape[1]
    window = torch.hann_window(FFT, device=spectrum.device)
    frames = torch.fft.irfft(torch.complex(spectrum[:, :, 0], spectrum[:, :, 1]), FFT, dim=-1) * window
    weights = (window**2).expand(1, count, FFT)
    sound, weight = (_overlap_add(parts) for parts in (frames, weights))
    inside = slice((FFT - HOP) // 2, (FFT - HOP) // 2 + count * HOP)
    return sound[:, inside] / weight[:, inside].clamp(min=1e-8)


def _overlap_add(frames: Tensor) -> Tensor:
    """(B, T, FFT) -> (B, (T - 1) HOP + FFT)"""
    length = (frames.shape[1] - 1) * HOP + FFT
    folded = nn.functional.fold(frames.transpose(1, 2), (1, length), (1, FFT), stride=(1, HOP))
    return folded[:, 0, 0]


def magnitudes(sound: Tensor, fft: int, hop: int) -> Tensor:
    """(B, S) -> (B, F, T) of Hann windows of `fft` samples, above 0 so that a logarithm has a slope."""
    window = torch.hann_window(fft, device=sound.device)
    found = torch.stft(sound, fft, hop, window=window, return_complex=True)
    return (found.real.square() + found.imag.square()).clamp(min=1e-8).sqrt()
