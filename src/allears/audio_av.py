"""Audio inside containers that libsndfile does not read (m4a, mp4, webm, mkv, aac, wma, ...), through PyAV.

In: a path or a seekable binary file. Out: blocks (N, C) of float32, as in `audio_blocks.py`. Of a file with several
audio tracks the first is heard. PyAV is an extra: `pip install 'allears[av]'`.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from allears.audio_blocks import AudioError

__all__ = ["AvBlocks", "import_av"]

log = logging.getLogger(__name__)

INSTALL = "pip install 'allears[av]'"
_ONLY_THIS_FILE = {"protocol_whitelist": "file,pipe"}  # a playlist must not make anybody fetch anything


def import_av() -> Any | None:
    """The PyAV module; None if it is not installed."""
    try:
        return importlib.import_module("av")
    except ImportError:
        return None


class AvBlocks:
    """Blocks of the first audio track of a file.

    Args:
        av: the PyAV module.
        source: path or seekable binary file.
        name: for messages.

    Raises:
        AudioError: FFmpeg cannot read it, or there is no audio in it.
    """

    def __init__(self, av: Any, source: Path | BinaryIO, name: str) -> None:
        self._av, self._name, self._num_read = av, name, 0
        opened = str(source) if isinstance(source, Path) else source
        try:
            self._container = av.open(opened, options=_ONLY_THIS_FILE, metadata_errors="ignore")
        except (av.FFmpegError, ValueError) as error:
            raise AudioError(f"{name} cannot be read as audio, by libsndfile or by FFmpeg ({error})") from error
        if not self._container.streams.audio:
            self._container.close()
            raise AudioError(f"there is no audio in {name}: give a file with an audio track")
        stream = self._container.streams.audio[0]
        self.rate, self.channels = int(stream.rate), int(stream.channels)
        self.num_frames = None if stream.duration is None else int(stream.duration * stream.time_base * self.rate)
        self._resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=self.rate)
        self._frames = self._decode()
        self._rest = np.zeros((0, self.channels), np.float32)

    def read(self, num_frames: int) -> np.ndarray:
        parts, count = [self._rest], len(self._rest)
        while count < num_frames and (frame := next(self._frames, None)) is not None:
            parts.append(frame)
            count += len(frame)
        joined = np.concatenate(parts)
        self._rest = joined[num_frames:]
        return joined[:num_frames]

    def skip(self, num_frames: int) -> None:
        while num_frames > 0 and (passed := len(self.read(min(num_frames, self.rate)))):
            num_frames -= passed

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[np.ndarray]:
        """Frames (N, C) as they come out of the decoder, all of one rate and layout."""
        try:
            for packet in self._container.decode(audio=0):
                yield from self._convert(packet)
            yield from self._convert(None)
        except self._av.FFmpegError as error:
            if not self._num_read:
                raise AudioError(f"{self._name} is damaged: nothing of it can be read ({error})") from error
            log.warning(
                "%s is damaged after %.2f s (%s): the rest is not heard", self._name, self._num_read / self.rate, error
            )

    def _convert(self, packet: Any | None) -> Iterator[np.ndarray]:
        for frame in self._resampler.resample(packet):
            samples: np.ndarray = frame.to_ndarray().T
            self._num_read += len(samples)
            yield samples
