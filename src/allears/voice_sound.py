"""Reads speech as voices are made of it: mono at 24 kHz.

In: a file, and which part of it. Out: (S,) float32. (Everything that is heard is read at 16 kHz, by `audio.py`.)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from allears.voice_frames import SAMPLE_RATE

__all__ = ["read_sound"]


def read_sound(path: str | Path, start_s: float = 0.0, duration_s: float | None = None) -> np.ndarray:
    """(S,) float32: the mean of the channels.

    Args:
        path: of anything libsndfile reads: FLAC, WAV, Ogg Opus.
        start_s: where to begin.
        duration_s: how much; to the end if None.
    """
    with soundfile.SoundFile(str(path)) as file:
        rate = file.samplerate
        file.seek(min(round(start_s * rate), file.frames))
        samples = file.read(-1 if duration_s is None else round(duration_s * rate), dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != SAMPLE_RATE:
        import soxr  # here, since what a teacher said is at 24 kHz already

        mono = soxr.resample(mono, rate, SAMPLE_RATE, quality="HQ")
    return np.asarray(mono, np.float32)
