"""What the computer's microphone hears, in chunks as they come; through sounddevice, the extra `mic`."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["INSTALL", "microphone"]

INSTALL = "pip install 'allears[mic]'"
_BLOCK_S = 0.05
_WAIT_S = 0.5  # so that Ctrl-C is noticed where a wait without end cannot be interrupted


def microphone(rate: int, device: str | None = None) -> Iterator[np.ndarray]:
    """Chunks (N,) of 16-bit samples, without end.

    Args:
        rate: Hz.
        device: name or number of it; the computer's own choice if None.

    Raises:
        ValueError: sounddevice or PortAudio is not installed, or the microphone cannot be opened.
    """
    sounddevice = _import_sounddevice()
    ready: queue.SimpleQueue[np.ndarray] = queue.SimpleQueue()

    def keep(block: np.ndarray, num_frames: int, at: Any, status: Any) -> None:
        del num_frames, at
        if status:  # samples were lost; the stream goes on
            print(f"allears listen: microphone: {status}", file=sys.stderr)
        ready.put(block[:, 0].copy())

    number = int(device) if device is not None and device.isdecimal() else device
    try:
        recording = sounddevice.InputStream(
            samplerate=rate, channels=1, dtype="int16", blocksize=round(rate * _BLOCK_S), device=number, callback=keep
        )
    except (sounddevice.PortAudioError, ValueError) as error:
        raise ValueError(
            f"the microphone cannot be opened at {rate} Hz ({error}): see `python -m sounddevice` for those there are, "
            "and name one with --device, or give another --rate"
        ) from error
    with recording:
        while True:
            try:
                yield ready.get(timeout=_WAIT_S)
            except queue.Empty:
                continue


def _import_sounddevice() -> Any:
    try:
        import sounddevice
    except ModuleNotFoundError as error:
        raise ValueError(f"--mic needs sounddevice, which is not installed: {INSTALL}") from error
    except OSError as error:  # the library itself is not there
        raise ValueError(
            "--mic needs the PortAudio library, which is not installed: on Debian and Ubuntu, "
            "sudo apt install libportaudio2"
        ) from error
    return sounddevice
