"""What a voice filters into speech: a buzz that has the pitch, and noise.

In: F0 of each frame. Out: two signals of unit power, which the vocoder's filters shape.

The buzz has all harmonics below half the sample rate, each of the same strength and at its peak once a period, as in
neural source-filter models (Wang et al. 2019, "Neural source-filter-based waveform model", equation 3) and HiFTNet
(Li et al. 2023). Ours differs: the sum of the K harmonics is taken in closed form (Dirichlet's kernel),

    sum_{k=1}^{K} cos(k phi) = sin((K + 1/2) phi) / (2 sin(phi / 2)) - 1/2,     phi(n) = 2 pi sum_{m<=n} f0(m) / rate,

the highest harmonic fades in and out with K's fraction, so that a gliding pitch does not click, and the sum is divided
by its own root mean square sqrt(K / 2), so that low and high voices are filtered alike.

Letters: T frames, S = T * hop samples.
"""

from __future__ import annotations

import numpy as np

__all__ = ["f0_of_samples", "harmonic_source", "noise_source"]

SEED = 20240229  # of the noise: the same text is the same sound
_NEAR_PEAK = 1e-4  # |sin(phi / 2)| below which the kernel is its limit, K


def harmonic_source(f0_hz: np.ndarray, hop_samples: int, sample_rate: int) -> np.ndarray:
    """(T,) Hz, 0 where nothing vibrates -> (S,) float32; silence where nothing vibrates."""
    f0, voicing = f0_of_samples(f0_hz, hop_samples)
    if not voicing.any():
        return np.zeros(len(f0), np.float32)
    cycles = np.cumsum(f0 / sample_rate)
    highest = np.maximum(sample_rate / 2 / f0 - 1, 1)
    whole = np.floor(highest)
    kernel = _cosines(cycles, whole) + (highest - whole) * _sin((whole + 1) * cycles + 0.25)
    return np.asarray(voicing * kernel / np.sqrt(highest / 2), np.float32)


def noise_source(num_samples: int, seed: int = SEED) -> np.ndarray:
    """(S,) float32, Gaussian; a longer one begins like a shorter one."""
    return np.random.default_rng(seed).standard_normal(num_samples, np.float32)


def f0_of_samples(f0_hz: np.ndarray, hop_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """F0 and voicing of every sample, (S,) each; frame t is centred in the hop that begins at sample t * hop.

    Between frames both go in straight lines; where a frame has no F0, that of the nearest frames that have one goes on,
    so that a voice does not glide down to 0 Hz before it stops.
    """
    frames = np.arange(len(f0_hz))
    at = (np.arange(len(f0_hz) * hop_samples) + 0.5) / hop_samples - 0.5
    is_voiced = np.asarray(f0_hz) > 0
    if not is_voiced.any():
        return np.zeros(len(at)), np.zeros(len(at))
    f0 = np.interp(at, frames[is_voiced], np.asarray(f0_hz, np.float64)[is_voiced])
    return f0, np.interp(at, frames, is_voiced.astype(np.float64))


def _cosines(cycles: np.ndarray, count: np.ndarray) -> np.ndarray:
    """sum_{k=1}^{count} cos(2 pi k cycles)."""
    cycles = cycles - np.floor(cycles)
    below = _sin(cycles / 2)
    is_peak = np.abs(below) < _NEAR_PEAK
    return np.where(is_peak, count, _sin((count + 0.5) * cycles) / (2 * np.where(is_peak, 1, below)) - 0.5)


def _sin(cycles: np.ndarray) -> np.ndarray:
    """sin(2 pi cycles): whole turns are taken off in 64 bit, the sine is of 32 bit, which is several times as fast."""
    turn = (cycles - np.floor(cycles)).astype(np.float32)
    return np.asarray(np.sin(np.float32(2 * np.pi) * turn))
