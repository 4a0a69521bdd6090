"""Waveform to mel-frequency cepstral coefficients in numpy: what `encoders/mfcc.py` makes, without torch.

In: samples (S,) at 16 kHz. Out: (M, 39) float32, a frame each 10 ms: 13 coefficients, their rates of change, and the
rates of those, each of mean 0 and variance 1 over the clip (CMVN).
Source and formulas: `encoders/mfcc.py` (Davis and Mermelstein 1980, in the form of the HTK Book, Young et al. 2006,
chapter 5) and `encoders/logmel.py` (Hann windows of 25 ms, Slaney's mel scale). A test holds the two together.

Letters: S samples, M frames, K mel bands, N coefficients, F frequencies.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["DIM", "FRAME_S", "mfcc"]

_N_FFT = 400  # 25 ms at 16 kHz
_HOP = 160  # 10 ms at 16 kHz
_NUM_MELS, _NUM_COEFFICIENTS, _LIFTER = 40, 13, 22
_REACH = 2  # frames on either side that a rate of change is taken over
_MIN_VARIANCE = 1e-5  # keeps digital silence from dividing by zero
DIM = 3 * _NUM_COEFFICIENTS
FRAME_S = _HOP / SAMPLE_RATE


def mfcc(audio: np.ndarray) -> np.ndarray:
    """(S,) -> (S // 160, 39), at least one frame; a clip shorter than a window is followed by silence."""
    coefficients = np.log(_mel_energies(audio)) @ _cepstral_matrix().T
    rates = _rates(coefficients)
    features = np.concatenate([coefficients, rates, _rates(rates)], axis=1)
    centred = features - features.mean(axis=0)
    return np.asarray(centred / np.sqrt(np.square(centred).mean(axis=0) + _MIN_VARIANCE), dtype=np.float32)


def _mel_energies(audio: np.ndarray) -> np.ndarray:
    """(S,) -> (M, K), above 0; frame m is centred on sample 160 m."""
    samples = np.pad(audio.astype(np.float64), (0, max(0, _N_FFT - len(audio))))
    padded = np.pad(samples, _N_FFT // 2, mode="reflect")
    num_frames = max(1, len(audio) // _HOP)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP][:num_frames]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_N_FFT) / _N_FFT)  # periodic Hann
    power = np.square(np.abs(np.fft.rfft(frames * window, axis=1)))
    return np.asarray(np.maximum(power @ _mel_filters().T, 1e-10))


@lru_cache(maxsize=1)
def _mel_filters() -> np.ndarray:
    """(K, F) triangles of unit area on Slaney's scale: 200/3 Hz a mel up to 1 kHz, then 27 mels for a factor of 6.4."""
    break_hz, hz_per_mel, log_step = 1000.0, 200.0 / 3, np.log(6.4) / 27.0
    break_mel = break_hz / hz_per_mel
    mels = np.linspace(0.0, break_mel + np.log(SAMPLE_RATE / 2 / break_hz) / log_step, _NUM_MELS + 2)
    edges_hz = np.where(mels < break_mel, mels * hz_per_mel, break_hz * np.exp(log_step * (mels - break_mel)))
    slopes = edges_hz[:, None] - np.linspace(0, SAMPLE_RATE / 2, _N_FFT // 2 + 1)[None, :]
    widths = np.diff(edges_hz)
    rising, falling = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None])


@lru_cache(maxsize=1)
def _cepstral_matrix() -> np.ndarray:
    """(N, K): orthonormal DCT-II with the lifter in its rows."""
    n, k = np.arange(_NUM_COEFFICIENTS)[:, None], np.arange(_NUM_MELS)[None, :]
    rows = np.sqrt(2.0 / _NUM_MELS) * np.cos(np.pi * n * (k + 0.5) / _NUM_MELS)
    rows[0] *= np.sqrt(0.5)
    return np.asarray(rows * (1.0 + _LIFTER / 2 * np.sin(np.pi * n / _LIFTER)))


def _rates(x: np.ndarray) -> np.ndarray:
    """(M, N) -> (M, N): regression over two frames on either side; the first and last frame are repeated."""
    time, last = np.arange(len(x)), len(x) - 1
    total = sum(i * (x[np.minimum(time + i, last)] - x[np.maximum(time - i, 0)]) for i in range(1, _REACH + 1))
    return np.asarray(total / (2 * sum(i * i for i in range(1, _REACH + 1))))
