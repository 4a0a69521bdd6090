"""Makes clean speech sound as it does at home: silence around it, a room, noise, another level.

In: a clip (S,) and a generator. Out: the same, spoilt. Rooms and noises are made up: a room is white noise that dies
away exponentially after the direct sound (Polack 1988), a noise is white, pink (power 1 / f) or babble, some of the
clips themselves at once. Noises of one's own take the place of half of them.

Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.data.augment.level import gain
from allears.data.augment.noise import add_noise, fit_length
from allears.data.augment.room import convolve_room

__all__ = ["Spoiler", "pink_noise", "room"]

_NOISY, _ROOMY = 0.85, 0.5  # share of clips
_SNR_DB = (3.0, 25.0)
_GAIN_DB = (-15.0, 3.0)
_AROUND_S = (0.1, 0.6)  # of silence, before and after
_DECAY_S = (0.1, 0.6)  # until a room's sound is 60 dB down
_DIRECT_DB = (0.0, 12.0)  # the direct sound, over all that follows
_BABBLERS = 4


class Spoiler:
    """Spoils clips, each differently.

    Args:
        clips: (S,) each; babble is made of them.
        noises: (S,) each; of one's own.
    """

    def __init__(self, clips: Sequence[np.ndarray], noises: Sequence[np.ndarray] = ()) -> None:
        self._clips, self._noises = clips, noises

    def spoil(self, audio: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(S,) -> (S',), float32."""
        before, after = (round(s * SAMPLE_RATE) for s in rng.uniform(*_AROUND_S, size=2))
        heard = np.pad(audio, (before, after))
        if rng.random() < _ROOMY:
            heard = convolve_room(heard, room(float(rng.uniform(*_DECAY_S)), float(rng.uniform(*_DIRECT_DB)), rng))
        if rng.random() < _NOISY:
            heard = add_noise(heard, self._noise(len(heard), rng), float(rng.uniform(*_SNR_DB)))
        return gain(heard, float(rng.uniform(*_GAIN_DB))).astype(np.float32)

    def _noise(self, num_samples: int, rng: np.random.Generator) -> np.ndarray:
        if self._noises and rng.random() < 0.5:
            return fit_length(self._noises[int(rng.integers(len(self._noises)))], num_samples, rng)
        kind = rng.integers(3 if self._clips else 2)
        if kind == 2:
            chosen = rng.integers(len(self._clips), size=_BABBLERS)
            return np.sum([fit_length(self._clips[int(at)], num_samples, rng) for at in chosen], axis=0)
        return pink_noise(num_samples, rng) if kind else rng.standard_normal(num_samples).astype(np.float32)


def pink_noise(num_samples: int, rng: np.random.Generator) -> np.ndarray:
    """(S,) whose power falls with the frequency."""
    spectrum = np.fft.rfft(rng.standard_normal(num_samples))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.fft.irfft(spectrum, num_samples).astype(np.float32)


def room(decay_s: float, direct_db: float, rng: np.random.Generator) -> np.ndarray:
    """Response of a room whose sound falls by 60 dB in `decay_s`."""
    time_s = np.arange(round(decay_s * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail[0] = 0.0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    return tail.astype(np.float32)
