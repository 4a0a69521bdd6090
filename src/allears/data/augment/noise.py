"""Put noise under a clip at a wanted signal-to-noise ratio.

In: a clip (S,) and a noise of any length. Out: their sum (S,). The ratio is that of the clip's power where something is
heard (pauses do not count) to the mean power of the noise.
"""

from __future__ import annotations

import numpy as np

from allears.data.augment.level import active_power, power

__all__ = ["add_noise", "fit_length"]

SILENCE_NOISE_DB = -40.0  # level of the noise under a silent clip, dB re full scale: the ratio has no meaning there


def fit_length(noise: np.ndarray, num_samples: int, rng: np.random.Generator) -> np.ndarray:
    """A random stretch of the noise, looped from a random point if it is too short, (num_samples,)."""
    spare = len(noise) - num_samples
    if spare >= 0:
        start = int(rng.integers(spare + 1))
        return noise[start : start + num_samples]
    return np.resize(np.roll(noise, -int(rng.integers(len(noise)))), num_samples)


def add_noise(audio: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """audio (S,) + noise (S,) scaled to `snr_db`. Noise without power changes nothing."""
    noise_power = power(noise)
    if noise_power <= 0.0:
        return audio
    signal_power = active_power(audio)
    wanted = signal_power * 10 ** (-snr_db / 10) if signal_power > 0 else 10 ** (SILENCE_NOISE_DB / 10)
    return audio + noise * np.float32(np.sqrt(wanted / noise_power))
