"""Short-time Fourier transform and its inverse, with frames that lie two to an encoder frame of 20 ms.

In: samples (S,). Out: (M, F) complex, M = ceil(S / 160), and back to the same samples, to rounding.

A frame is 32 ms under a Hann window, and the next one 10 ms later. Frame m is centred in the 10 ms that begin at sample
160 m, so that frames 2 t and 2 t + 1 are those of encoder frame t.

Letters: S samples, M frames, F frequencies.
"""

from __future__ import annotations

import numpy as np

__all__ = ["BEFORE", "HOP", "NUM_BINS", "N_FFT", "WINDOW", "istft", "stft"]

N_FFT = 512  # 32 ms at 16 kHz
HOP = 160  # 10 ms at 16 kHz
NUM_BINS = N_FFT // 2 + 1
BEFORE = (N_FFT - HOP) // 2  # silence before the first sample: puts frame 0 over the middle of its 10 ms
WINDOW = np.hanning(N_FFT + 1)[:-1]  # periodic, as the transform takes time to be
_PARTS = -(-N_FFT // HOP)  # hops that a frame reaches into


def stft(audio: np.ndarray) -> np.ndarray:
    """(S,) -> (M, F) complex, of the precision of the samples (at least 32 bit)."""
    kind = np.result_type(audio.dtype, np.float32)
    num_frames = -(-len(audio) // HOP)
    if not num_frames:
        return np.zeros((0, NUM_BINS), np.result_type(kind, np.complex64))
    padded = np.zeros((num_frames - 1) * HOP + N_FFT, kind)
    padded[BEFORE : BEFORE + len(audio)] = audio
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    return np.asarray(np.fft.rfft(frames * WINDOW.astype(kind), axis=1))


def istft(spectrum: np.ndarray, num_samples: int) -> np.ndarray:
    """(M, F) -> (S,) float32: windowed overlap-add, divided by the sum of the squared windows.

    Source: Griffin and Lim 1984, equation 6: of all signals, the one whose transform is nearest to `spectrum`.
    """
    num_frames = len(spectrum)
    if not num_frames:
        return np.zeros(num_samples, np.float32)
    frames = np.fft.irfft(spectrum, N_FFT, axis=1)
    sound = _overlap_add(frames * WINDOW.astype(frames.dtype))
    weight = _overlap_add(np.broadcast_to(WINDOW.astype(frames.dtype) ** 2, (num_frames, N_FFT)))
    inside = slice(BEFORE, BEFORE + num_samples)
    return np.asarray(sound[inside] / np.maximum(weight[inside], 1e-8), np.float32)


def _overlap_add(frames: np.ndarray) -> np.ndarray:
    """(M, N_FFT) -> their sum, each `HOP` samples after the one before."""
    padded = np.zeros((len(frames), _PARTS * HOP), frames.dtype)
    padded[:, :N_FFT] = frames
    parts = padded.reshape(len(frames), _PARTS, HOP)
    out = np.zeros((len(frames) + _PARTS - 1, HOP), frames.dtype)
    for part in range(_PARTS):
        out[part : part + len(frames)] += parts[:, part]
    return out.reshape(-1)
