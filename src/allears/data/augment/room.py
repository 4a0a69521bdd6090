"""Put a clip into a room: convolve it with a room's impulse response.

In: a clip (S,) and a response (R,). Out: the clip as heard in the room, (S,). The direct sound stays where it was, so
labels in time stay true; the clip is as loud as it was; the tail past the end is cut.
"""

from __future__ import annotations

import numpy as np

from allears.data.augment.level import power

__all__ = ["convolve_room", "prepare_room"]

TAIL_ENERGY = 1e-6  # a response is cut where less than this share of its energy (-60 dB) is left
DIRECT_SHARE = 0.5  # the direct sound is the first sample at least this high (-6 dB re the peak)


def prepare_room(response: np.ndarray) -> tuple[np.ndarray, int]:
    """The response at unit energy with its inaudible tail cut, and the sample of the direct sound.

    Raises:
        ValueError: the response is silent.
    """
    energy = np.cumsum(np.square(response, dtype=np.float64))
    if not len(energy) or energy[-1] <= 0.0:
        raise ValueError("a room response without any sound: take it out of the rooms manifest")
    length = int(np.searchsorted(energy, energy[-1] * (1 - TAIL_ENERGY))) + 1
    kept = (response[:length] / np.sqrt(energy[-1])).astype(np.float32)
    magnitude = np.abs(kept)
    return kept, int(np.argmax(magnitude >= DIRECT_SHARE * magnitude.max()))


def convolve_room(audio: np.ndarray, response: np.ndarray) -> np.ndarray:
    """audio (S,) heard through response (R,): (S,) float32, the direct sound in place."""
    if not len(audio):
        return audio
    kept, direct = prepare_room(response)
    size = fast_length(len(audio) + len(kept) - 1)
    wet = np.fft.irfft(np.fft.rfft(audio, size) * np.fft.rfft(kept, size), size)[direct : direct + len(audio)]
    wet_power = power(wet)
    loudness = np.sqrt(power(audio) / wet_power) if wet_power > 0 else 1.0
    return (wet * loudness).astype(np.float32)


def fast_length(at_least: int) -> int:
    """The smallest 2^a 3^b 5^c that is at least as long: FFTs of such lengths are fast."""
    best = 1 << (at_least - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            two = 1 << (-(-at_least // three) - 1).bit_length()
            best = min(best, three * two)
            three *= 3
        five *= 5
    return best
