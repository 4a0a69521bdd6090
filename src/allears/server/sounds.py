"""Sound as bytes of a file: the formats of OpenAI's speech route that libsndfile writes."""

from __future__ import annotations

import io

import numpy as np
import soundfile
import soxr

__all__ = ["FORMATS", "encode"]

PCM_RATE = 24_000  # Hz; what `pcm` is by definition of the interface, and a rate Opus takes

FORMATS = {
    "mp3": ("audio/mpeg", "MP3", "MPEG_LAYER_III"),
    "opus": ("audio/ogg", "OGG", "OPUS"),
    "flac": ("audio/flac", "FLAC", "PCM_16"),
    "wav": ("audio/wav", "WAV", "PCM_16"),
    "pcm": ("audio/pcm", "RAW", "PCM_16"),
}
"""Name -> media type, libsndfile's format and subtype. AAC is not among them: nothing light and free writes it."""


def encode(samples: np.ndarray, rate: int, kind: str) -> bytes:
    """(S,) float32 as a file of 24 kHz, mono."""
    _, container, subtype = FORMATS[kind]
    even = samples if rate == PCM_RATE else soxr.resample(samples, rate, PCM_RATE)
    file = io.BytesIO()
    endian = "LITTLE" if kind == "pcm" else "FILE"
    soundfile.write(file, np.clip(even, -1, 1), PCM_RATE, format=container, subtype=subtype, endian=endian)
    return file.getvalue()
