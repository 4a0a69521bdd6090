"""Where samples come from: a file libsndfile reads, or an array; in blocks, at whatever rate and channels they have.

In: a path, a seekable binary file or an array. Out: blocks (N, C) of float32 in [-1, 1], N frames of C channels.
A file that ends early or breaks in the middle gives what could be read, with a warning in the log.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import soundfile

__all__ = ["ArrayBlocks", "AudioError", "Blocks", "SoundFileBlocks"]

log = logging.getLogger(__name__)

_UNKNOWN_LENGTH = 2**40  # frames; libsndfile gives a huge number where the header states no length
_UNKNOWN_BYTES = 0x7FFF_0000  # programs that stream a WAV promise at least this many bytes: no promise at all
_MAX_CHANNELS = 64
_EARLY_END_S = 0.05  # a file may be that much shorter than its header says without a word about it


class AudioError(ValueError):
    """Audio that cannot be used; the message says which, why, and what to do."""


class Blocks(Protocol):
    """Samples in blocks.

    Attributes:
        rate: frames a second, Hz.
        channels: C.
        num_frames: how many there should be; None if nobody knows.
    """

    rate: int
    channels: int
    num_frames: int | None

    def read(self, num_frames: int) -> np.ndarray:
        """The next frames (N, C), N <= num_frames; fewer only at the end, none past it."""
        ...

    def skip(self, num_frames: int) -> None:
        """Pass over frames."""
        ...

    def close(self) -> None: ...


class ArrayBlocks:
    """Blocks of a numpy array (S,) or (S, C), S samples of C channels; float in [-1, 1] or integer PCM.

    Raises:
        AudioError: no audio can be of that type or shape.
    """

    def __init__(self, samples: np.ndarray, rate: int, name: str) -> None:
        if samples.ndim not in (1, 2) or (samples.ndim == 2 and not 1 <= samples.shape[1] <= _MAX_CHANNELS):
            raise AudioError(
                f"{name} has shape {samples.shape}: audio is (samples,) or (samples, channels) with up to "
                f"{_MAX_CHANNELS} channels; transpose an array of (channels, samples): array.T"
            )
        if samples.dtype.kind not in "fiu" or samples.dtype.itemsize > 8:
            raise AudioError(f"{name} holds {samples.dtype}: give float samples in [-1, 1] or integer PCM")
        self._samples = samples[:, None] if samples.ndim == 1 else samples
        self._at = 0
        self.rate, self.channels = rate, self._samples.shape[1]
        self.num_frames: int | None = len(samples)

    def read(self, num_frames: int) -> np.ndarray:
        block = self._samples[self._at : self._at + num_frames]
        self._at += len(block)
        return _to_float(block)

    def skip(self, num_frames: int) -> None:
        self._at = min(self._at + num_frames, len(self._samples))

    def close(self) -> None:
        """Nothing to do: the array is its owner's."""


def _to_float(block: np.ndarray) -> np.ndarray:
    """Any PCM type -> float32 in [-1, 1); unsigned types are centred on their middle."""
    if block.dtype.kind == "f":
        with np.errstate(over="ignore"):  # a float64 too large for float32 becomes infinite, and is refused as such
            return block.astype(np.float32)
    half = 2.0 ** (8 * block.dtype.itemsize - 1)
    centre = half if block.dtype.kind == "u" else 0.0
    return ((block.astype(np.float64) - centre) / half).astype(np.float32)


class SoundFileBlocks:
    """Blocks of a file that libsndfile reads (WAV, FLAC, Ogg Vorbis and Opus, MP3, AIFF, ...).

    Raises:
        soundfile.LibsndfileError: libsndfile does not know the format.
    """

    def __init__(self, source: Path | BinaryIO, name: str) -> None:
        try:
            self._file = soundfile.SoundFile(source)
        except TypeError as error:  # soundfile's way to say that a name ending in .raw has no header
            raise AudioError(
                f"{name} is taken for raw samples because of its ending, which say nothing of rate or channels: "
                "rename it, or read it with numpy.fromfile and give the array with its sample_rate"
            ) from error
        self._name, self._num_read, self._ended = name, 0, False
        self.rate, self.channels = self._file.samplerate, self._file.channels
        self.num_frames = self._file.frames if self._file.frames < _UNKNOWN_LENGTH else None
        self._warn_of_broken_promise()

    def read(self, num_frames: int) -> np.ndarray:
        if self._ended:
            return np.zeros((0, self.channels), np.float32)
        try:
            block = self._file.read(num_frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            return self._broken(error)
        self._num_read += len(block)
        if len(block) < num_frames:
            self._end()
        return np.asarray(block)

    def skip(self, num_frames: int) -> None:
        try:
            self._num_read = self._file.seek(num_frames, soundfile.SEEK_CUR)
        except soundfile.LibsndfileError:  # past the end, which the next read says
            self._ended = True

    def close(self) -> None:
        self._file.close()

    def _broken(self, error: soundfile.LibsndfileError) -> np.ndarray:
        self._ended = True
        if not self._num_read:
            raise AudioError(
                f"{self._name} is damaged: nothing of it can be read ({error}); make or fetch it again"
            ) from error
        log.warning(
            "%s is damaged after %.2f s (%s): the rest is not heard", self._name, self._num_read / self.rate, error
        )
        return np.zeros((0, self.channels), np.float32)

    def _end(self) -> None:
        """Say so if the file is shorter than its header promised."""
        self._ended = True
        missing = (self.num_frames or 0) - self._num_read
        if self._num_read and missing > _EARLY_END_S * self.rate:
            log.warning(
                "%s ends after %.2f s though its header promises %.2f s: what is there is heard",
                self._name,
                self._num_read / self.rate,
                (self.num_frames or 0) / self.rate,
            )

    def _warn_of_broken_promise(self) -> None:
        """libsndfile silently shortens a WAV whose header promises too much; its own log tells."""
        found = re.search(r"^data : (\d+) \(should be (\d+)\)", self._file.extra_info, re.MULTILINE)
        if found is None:
            return
        promised, there = int(found[1]), int(found[2])
        if there < promised < _UNKNOWN_BYTES and self.num_frames:
            log.warning(
                "%s is truncated: %.2f s are there, its header promises %.2f s; what is there is heard",
                self._name,
                self.num_frames / self.rate,
                self.num_frames / self.rate * promised / there,
            )
