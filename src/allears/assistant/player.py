"""Where spoken replies go: the loudspeaker, or an array.

In: samples. Out: sound, which can be stopped at any moment.
"""

from __future__ import annotations

import threading
from typing import Any, Protocol

import numpy as np

__all__ = ["Loudspeaker", "Player", "Recorder"]


class Player(Protocol):
    """What plays. None of it waits."""

    @property
    def is_playing(self) -> bool: ...

    def play(self, samples: np.ndarray, sample_rate: int) -> None:
        """Play samples (S,) after those that are being played."""
        ...

    def stop(self) -> None:
        """Be quiet now; what was not played is forgotten."""
        ...


class Recorder:
    """Keeps what is said, for a file; nothing sounds.

    Attributes:
        pieces: what was played, with its rate.
    """

    def __init__(self) -> None:
        self.pieces: list[tuple[np.ndarray, int]] = []

    @property
    def is_playing(self) -> bool:
        return False

    def play(self, samples: np.ndarray, sample_rate: int) -> None:
        self.pieces.append((samples, sample_rate))

    def stop(self) -> None:
        pass


class Loudspeaker:
    """The computer's own, through sounddevice (the extra `mic`).

    Args:
        sample_rate: Hz; all that is played has it.

    Raises:
        ValueError: sounddevice or PortAudio is not there, or no device can be opened.
    """

    def __init__(self, sample_rate: int) -> None:
        try:
            import sounddevice
        except (ModuleNotFoundError, OSError) as error:
            raise ValueError(
                f"replies cannot be played ({error}): pip install 'allears[mic]', on Debian and Ubuntu also "
                "apt install libportaudio2; or write them with --out"
            ) from error
        self._rate, self._lock = sample_rate, threading.Lock()
        self._waiting = np.zeros(0, np.float32)
        try:
            self._stream = sounddevice.OutputStream(
                samplerate=sample_rate, channels=1, dtype="float32", callback=self._fill
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise ValueError(f"the loudspeaker cannot be opened ({error}): write replies with --out") from error

    @property
    def is_playing(self) -> bool:
        return len(self._waiting) > 0

    def play(self, samples: np.ndarray, sample_rate: int) -> None:
        assert sample_rate == self._rate, "a voice has one rate"
        with self._lock:
            self._waiting = np.concatenate([self._waiting, samples])

    def stop(self) -> None:
        with self._lock:
            self._waiting = self._waiting[:0]

    def close(self) -> None:
        """Let go of the device."""
        self._stream.close()

    def _fill(self, out: Any, num_frames: int, at: Any, status: Any) -> None:
        del at, status  # a gap in a reply is heard, and cannot be mended
        with self._lock:
            now, self._waiting = self._waiting[:num_frames], self._waiting[num_frames:]
        out[:] = 0
        out[: len(now), 0] = now
