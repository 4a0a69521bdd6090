"""A file in the small pieces that a microphone gives, as fast as it can be read or as slowly as it was recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CHUNK_S", "chunks_of_file"]

CHUNK_S: Final = 0.1


def chunks_of_file(file: str, *, is_realtime: bool) -> Iterator[np.ndarray]:
    """Chunks (N,) of a file at 16 kHz.

    Raises:
        AudioError: the file cannot be heard.
    """
    from allears.audio import SAMPLE_RATE, open_audio

    begun, at = time.monotonic(), 0
    with open_audio(file) as audio:
        while len(chunk := audio.read(round(CHUNK_S * SAMPLE_RATE))):
            at += len(chunk)
            if is_realtime:
                time.sleep(max(0.0, begun + at / SAMPLE_RATE - time.monotonic()))
            yield chunk
