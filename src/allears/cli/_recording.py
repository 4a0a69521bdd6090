"""A microphone as an audio stream that Ctrl-C ends: what was said until then is heard to its end.

The first Ctrl-C ends the recording, even in the middle of a computation; the second one ends the program.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from allears.audio import AudioStream

__all__ = ["MicBlocks", "until_interrupted"]


class MicBlocks:
    """Blocks (N, 1) out of chunks (N,) of 16-bit samples as they come; `num_frames` is not known.

    Args:
        chunks: without end.
        rate: Hz.
    """

    def __init__(self, chunks: Iterator[np.ndarray], rate: int) -> None:
        self.rate, self.channels = rate, 1
        self.num_frames: int | None = None
        self._chunks, self._ended = chunks, threading.Event()

    def end(self) -> None:
        """There is nothing after what was read so far."""
        self._ended.set()

    def read(self, num_frames: int) -> np.ndarray:
        """The next frames (N, 1) of float32, at least `num_frames` of them but at the end."""
        found: list[np.ndarray] = []
        while sum(map(len, found)) < num_frames and not self._ended.is_set():
            chunk = next(self._chunks, None)
            if chunk is None:
                self.end()
                break
            found.append(chunk.astype(np.float32) / 2**15)
        return np.concatenate([np.zeros(0, np.float32), *found])[:, None]

    def skip(self, num_frames: int) -> None:
        """What is live cannot be passed over."""
        del num_frames

    def close(self) -> None:
        """End it."""
        self.end()


def until_interrupted(chunks: Iterator[np.ndarray], rate: int, name: str) -> AudioStream:
    """A stream of chunks (N,) of 16-bit samples, which the next Ctrl-C ends."""
    blocks = MicBlocks(chunks, rate)
    before = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: Any) -> None:
        del number, frame
        blocks.end()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    return AudioStream(blocks, name)
