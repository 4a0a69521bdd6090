"""How loud a clip is where something is heard, and turning it up or down.

Letters: S samples.
"""

from __future__ import annotations

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["active_power", "gain", "power", "to_db"]

FRAME_SAMPLES = SAMPLE_RATE // 50  # 20 ms: short enough to fall between words
ACTIVE_RANGE_DB = 30.0  # a frame this far below the loud ones is a pause
LOUD_PERCENTILE = 95.0  # the loud ones: not the maximum, a click would decide


def power(audio: np.ndarray) -> float:
    """Mean square of (S,); 0.0 for an empty clip."""
    return float(np.mean(np.square(audio, dtype=np.float64))) if audio.size else 0.0


def active_power(audio: np.ndarray) -> float:
    """Mean square of (S,) over the 20 ms frames in which something is heard; 0.0 for silence.

    A simple cousin of ITU-T P.56's active speech level: pauses do not count, so a clip with long pauses gets no more
    noise than one without. Ours differs: a frame is active if it is within 30 dB of the 95th percentile of all.
    """
    num_frames = len(audio) // FRAME_SAMPLES
    if num_frames < 2:
        return power(audio)
    frames = audio[: num_frames * FRAME_SAMPLES].reshape(num_frames, FRAME_SAMPLES).astype(np.float64)
    powers = np.mean(np.square(frames), axis=1)
    loud = np.percentile(powers, LOUD_PERCENTILE)
    if loud <= 0.0:  # sound in less than one frame of twenty
        loud = powers.max()
    active = powers[powers >= loud * 10 ** (-ACTIVE_RANGE_DB / 10)]
    return float(active.mean())


def to_db(ratio: float) -> float:
    """A ratio of powers in dB; -inf for 0."""
    return 10 * float(np.log10(ratio)) if ratio > 0 else -np.inf


def gain(audio: np.ndarray, gain_db: float) -> np.ndarray:
    """(S,) made louder by `gain_db`, then hard limited to [-1, 1] as a sound card would."""
    return np.clip(audio * np.float32(10 ** (gain_db / 20)), -1.0, 1.0)
