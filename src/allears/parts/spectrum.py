"""The short-time spectrum of `stft.py` as plain tensor operations, which train and export to ONNX.

In: samples (B, S). Out: real and imaginary part (B, M, F) of M frames, with silence past the last sample.
The transform is a product with a windowed cosine and sine basis, which every ONNX runtime has. The window and cosines
are the same from both ends of a frame, sines are opposite: a frame is folded in the middle first, which halves the
product (the first step of every fast transform). The basis is kept in 16 bit, half the file; its rounding, 70 dB down,
is far below any noise.

Letters: B clips, S samples, M frames, F frequencies, K samples of half a frame.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from allears.stft import BEFORE, HOP, N_FFT, NUM_BINS, WINDOW

__all__ = ["Spectrum", "folded_basis", "spectrum_of"]

_HALF = N_FFT // 2
_PARTS = -(-N_FFT // HOP)  # hops that a frame reaches into


def spectrum_of(audio: Tensor, num_frames: int) -> Tensor:
    """The same by fast transform, for losses: (B, S) -> (B, M, F) complex."""
    wanted = (num_frames - 1) * HOP + N_FFT
    padded = nn.functional.pad(audio, (BEFORE, wanted))[:, :wanted]
    window = torch.from_numpy(WINDOW).to(audio)
    return torch.stft(padded, N_FFT, HOP, window=window, center=False, return_complex=True).transpose(1, 2)


def folded_basis() -> tuple[np.ndarray, np.ndarray]:
    """Windowed cosines (K, F) and minus sines (K - 1, F) of samples 1 to K and 1 to K - 1, float32.

    Sample 0 is under the window's zero; sample K = 256 is its own mirror image, and counts once.
    """
    phase = 2 * np.pi * np.outer(np.arange(1, _HALF + 1), np.arange(NUM_BINS)) / N_FFT
    window = WINDOW[1 : _HALF + 1, None]
    cosines, sines = np.cos(phase) * window, -np.sin(phase) * window
    cosines[-1] /= 2
    return cosines.astype(np.float32), sines[:-1].astype(np.float32)


class Spectrum(nn.Module):
    """(B, S) -> spectrum of M frames."""

    def __init__(self) -> None:
        super().__init__()
        cosines, sines = (torch.from_numpy(basis).half() for basis in folded_basis())
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        self.cosines: Tensor
        self.sines: Tensor

    def parts(self, audio: Tensor, num_frames: int) -> tuple[Tensor, Tensor]:
        """Real and imaginary part, (B, M, F) each; samples past the last frame are not read."""
        wanted = (num_frames + _PARTS - 1) * HOP
        hops = nn.functional.pad(audio, (BEFORE, wanted))[:, :wanted].reshape(audio.shape[0], -1, HOP)
        frames = torch.cat([hops[:, part : part + num_frames] for part in range(_PARTS)], dim=2)
        first, second = frames[:, :, 1 : _HALF + 1], frames[:, :, _HALF:N_FFT].flip(2)  # samples 1 to K, N - 1 to K
        real = torch.matmul(first + second, self.cosines.to(audio.dtype))
        imaginary = torch.matmul((first - second)[:, :, :-1], self.sines.to(audio.dtype))
        return real, imaginary

    def magnitude(self, audio: Tensor, num_frames: int) -> Tensor:
        """(B, S) -> (B, M, F), 0 or more; its slope is finite at 0."""
        real, imaginary = self.parts(audio, num_frames)
        return (real.square() + imaginary.square() + 1e-10).sqrt()
