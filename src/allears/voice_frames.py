"""The frames that a voice is made of: log-mel bands and level of speech at 24 kHz.

In: samples (S,). Out: frames, one for every 300 samples, T = S // 300. Numpy alone: training and speaking may share it.

Frame t is centred in the 12.5 ms that begin at sample 300 t, under a Hann window of 50 ms (`stft.py`), so that a pitch
of 80 Hz and above shows as separate lines.

Letters: S samples, T frames, F frequencies (BINS), M mel bands.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from allears.mel_scale import mel_filters
from allears.stft import stft

__all__ = ["BINS", "FFT", "FRAME_S", "HOP", "NUM_MELS", "SAMPLE_RATE", "level", "log_mel", "spectrum"]

SAMPLE_RATE = 24_000  # Hz
HOP = 300  # 12.5 ms: half a unit of the teacher's durations
FFT = 1_200  # 50 ms, four hops
BINS = FFT // 2 + 1
NUM_MELS = 80
FRAME_S = HOP / SAMPLE_RATE
_FLOOR = 1e-5  # amplitude; 100 dB below full scale


def spectrum(audio: np.ndarray) -> np.ndarray:
    """(S,) float32 -> (T, F) complex64, whole hops alone."""
    whole = audio[: len(audio) // HOP * HOP]
    return np.asarray(stft(np.asarray(whole, np.float32), FFT, HOP), np.complex64)


def log_mel(audio: np.ndarray) -> np.ndarray:
    """(S,) at 24 kHz -> (T, M) float32, ln of the amplitude in each band, at least ln 1e-5.

    amplitude = sqrt(filters |X|^2) / (FFT / 4), the largest weight of each filter being 1: a sine of full scale is at
    about 0 in its band.
    """
    power = np.square(np.abs(spectrum(audio))) @ _filters().T
    return np.asarray(np.log(np.maximum(np.sqrt(power) / (FFT / 4), _FLOOR)), np.float32)


def level(audio: np.ndarray) -> np.ndarray:
    """(S,) -> (T,) ln of the root mean square of each frame's own 50 ms, at least ln 1e-5."""
    count, before = len(audio) // HOP, (FFT - HOP) // 2
    sums = np.pad(np.square(audio.astype(np.float64)), (before + 1, FFT)).cumsum()
    at = np.arange(count) * HOP
    power = np.maximum(sums[at + FFT] - sums[at], 0.0) / FFT
    return np.asarray(np.log(np.maximum(np.sqrt(power), _FLOOR)), np.float32)


@lru_cache(maxsize=1)
def _filters() -> np.ndarray:
    """(M, F), each with its largest weight 1, so that bands are amplitudes and not densities."""
    filters = mel_filters(NUM_MELS, SAMPLE_RATE, FFT)
    return np.asarray(filters / filters.max(axis=1, keepdims=True))
