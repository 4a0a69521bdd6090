"""Sound in messages: PCM of any usual kind into samples, samples into PCM.

Letters: N samples, C channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from wyoming.audio import AudioChunk

from allears.wyoming.fields import number

__all__ = ["Format", "chunks_of", "format_of", "samples_of"]

_RATES = range(4_000, 192_001)  # Hz
_TYPES: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<i2"), 4: np.dtype("<i4")}
"""Bytes a sample -> its type; one byte is unsigned, as in WAV."""
_CHUNK_S = 0.1  # of sound in a message of ours


@dataclass(frozen=True)
class Format:
    """Of PCM: samples a second, bytes a sample, channels."""

    rate: int
    width: int
    channels: int


def format_of(data: Mapping[str, Any]) -> Format:
    """What a message says its sound is.

    Raises:
        ValueError: a value that is missing or that nobody records with.
    """
    found = Format(
        number(data, "rate", _RATES), number(data, "width", range(1, 5)), number(data, "channels", range(1, 9))
    )
    if found.width not in _TYPES:
        raise ValueError(f"width must be 1, 2 or 4 bytes, got {found.width}")
    return found


def samples_of(payload: bytes, kind: Format) -> np.ndarray:
    """Bytes -> (N,) float32 in [-1, 1], the mean of all channels.

    Raises:
        ValueError: a part of a sample.
    """
    if len(payload) % (kind.width * kind.channels):
        raise ValueError(f"{len(payload)} bytes are no whole number of samples of {kind.width} x {kind.channels} bytes")
    whole = np.frombuffer(payload, _TYPES[kind.width]).reshape(-1, kind.channels).astype(np.float32)
    mono = whole.mean(axis=1) if kind.channels > 1 else whole[:, 0]
    middle, scale = (128.0, 128.0) if kind.width == 1 else (0.0, 2.0 ** (8 * kind.width - 1))
    return np.asarray((mono - middle) / scale, np.float32)


def chunks_of(samples: np.ndarray, rate: int) -> Iterator[AudioChunk]:
    """(N,) float32 as messages of 16-bit PCM."""
    pcm = (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2")
    size = max(1, round(_CHUNK_S * rate))
    for at in range(0, len(pcm), size):
        yield AudioChunk(rate, 2, 1, pcm[at : at + size].tobytes(), timestamp=round(1000 * at / rate))
