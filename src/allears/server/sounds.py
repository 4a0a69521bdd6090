"""Sound as bytes of a file: the formats of OpenAI's speech route that libsndfile writes."""

from __future__ import annotations

import io

import numpy as np
import soundfile
import soxr

__all__ = ["FORMATS", "STREAMED", "SoundStream", "encode"]

PCM_RATE = 24_000  # Hz; what `pcm` is by definition of the interface, and a rate Opus takes

FORMATS = {
    "mp3": ("audio/mpeg", "MP3", "MPEG_LAYER_III"),
    "opus": ("audio/ogg", "OGG", "OPUS"),
    "flac": ("audio/flac", "FLAC", "PCM_16"),
    "wav": ("audio/wav", "WAV", "PCM_16"),
    "pcm": ("audio/pcm", "RAW", "PCM_16"),
}
"""Name -> media type, libsndfile's format and subtype. AAC is not among them: nothing light and free writes it."""

STREAMED = ("opus", "pcm")
"""Formats that can be sent before their end is known; the others tell their length at the beginning."""


def encode(samples: np.ndarray, rate: int, kind: str) -> bytes:
    """(S,) float32 as a file of 24 kHz, mono."""
    _, container, subtype = FORMATS[kind]
    even = samples if rate == PCM_RATE else soxr.resample(samples, rate, PCM_RATE)
    file = io.BytesIO()
    endian = "LITTLE" if kind == "pcm" else "FILE"
    soundfile.write(file, np.clip(even, -1, 1), PCM_RATE, format=container, subtype=subtype, endian=endian)
    return file.getvalue()


class SoundStream:
    """A file that is sent while it is made.

    Args:
        kind: of `STREAMED`.
    """

    def __init__(self, kind: str) -> None:
        _, container, subtype = FORMATS[kind]
        self._bytes, self._sent = io.BytesIO(), 0
        endian = "LITTLE" if kind == "pcm" else "FILE"
        self._file = soundfile.SoundFile(
            self._bytes, "w", PCM_RATE, 1, format=container, subtype=subtype, endian=endian
        )

    def add(self, samples: np.ndarray, rate: int) -> bytes:
        """(S,) float32 -> what can be sent by now."""
        even = samples if rate == PCM_RATE else soxr.resample(samples, rate, PCM_RATE)
        self._file.write(np.clip(even, -1, 1))
        self._file.flush()
        return self._taken()

    def end(self) -> bytes:
        """What is left."""
        self._file.close()
        return self._taken()

    def _taken(self) -> bytes:
        """What was written since the last time. Nothing that was taken is written again: these formats only append."""
        made = self._bytes.getvalue()[self._sent :]
        self._sent += len(made)
        return made
