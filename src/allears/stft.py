"""Short-time Fourier transform and its inverse, with frames that lie two to an encoder frame of 20 ms.

In: samples (S,). Out: (M, F) complex, M = ceil(S / 160), and back to the same samples, to rounding.

A frame is 32 ms under a Hann window, and the next one 10 ms later. Frame m is centred in the 10 ms that begin at sample
160 m, so that frames 2 t and 2 t + 1 are those of encoder frame t. Voices that speak have frames of other sizes
(`n_fft`, `hop`), which lie the same way.

Letters: S samples, M frames, F frequencies.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["BEFORE", "HOP", "NUM_BINS", "N_FFT", "WINDOW", "istft", "stft"]

N_FFT = 512  # 32 ms at 16 kHz
HOP = 160  # 10 ms at 16 kHz
NUM_BINS = N_FFT // 2 + 1
BEFORE = (N_FFT - HOP) // 2  # silence before the first sample: puts frame 0 over the middle of its 10 ms
WINDOW = np.hanning(N_FFT + 1)[:-1]  # periodic, as the transform takes time to be


def stft(audio: np.ndarray, n_fft: int = N_FFT, hop: int = HOP) -> np.ndarray:
    """(S,) -> (M, F) complex, of the precision of the samples (at least 32 bit)."""
    kind = np.result_type(audio.dtype, np.float32)
    num_frames, before = -(-len(audio) // hop), (n_fft - hop) // 2
    if not num_frames:
        return np.zeros((0, n_fft // 2 + 1), np.result_type(kind, np.complex64))
    padded = np.zeros((num_frames - 1) * hop + n_fft, kind)
    inside = audio[: len(padded) - before]
    padded[before : before + len(inside)] = inside
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    return np.asarray(np.fft.rfft(frames * _window(n_fft).astype(kind), axis=1))


def istft(spectrum: np.ndarray, num_samples: int, n_fft: int = N_FFT, hop: int = HOP) -> np.ndarray:
    """(M, F) -> (S,) float32: windowed overlap-add, divided by the sum of the squared windows.

    Source: Griffin and Lim 1984, equation 6: of all signals, the one whose transform is nearest to `spectrum`.
    """
    num_frames = len(spectrum)
    if not num_frames:
        return np.zeros(num_samples, np.float32)
    frames = np.fft.irfft(spectrum, n_fft, axis=1)
    window, before = _window(n_fft).astype(frames.dtype), (n_fft - hop) // 2
    sound = _overlap_add(frames * window, hop)
    weight = _overlap_add(np.broadcast_to(window**2, (num_frames, n_fft)), hop)
    inside = slice(before, before + num_samples)
    return np.asarray(sound[inside] / np.maximum(weight[inside], 1e-8), np.float32)


def _overlap_add(frames: np.ndarray, hop: int) -> np.ndarray:
    """(M, n_fft) -> their sum, each `hop` samples after the one before."""
    num_parts = -(-frames.shape[1] // hop)  # hops that a frame reaches into
    padded = np.zeros((len(frames), num_parts * hop), frames.dtype)
    padded[:, : frames.shape[1]] = frames
    parts = padded.reshape(len(frames), num_parts, hop)
    out = np.zeros((len(frames) + num_parts - 1, hop), frames.dtype)
    for part in range(num_parts):
        out[part : part + len(frames)] += parts[:, part]
    return out.reshape(-1)


@lru_cache(maxsize=8)
def _window(n_fft: int) -> np.ndarray:
    return WINDOW if n_fft == N_FFT else np.hanning(n_fft + 1)[:-1]
