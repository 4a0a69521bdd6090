"""Audio in: any file, array or file object becomes float32 mono at 16 kHz in [-1, 1], hours of it piece by piece.

In: a path, an open binary file or a numpy array. Out: arrays of shape (S,), S = samples.

Channels become one by their mean. A dead channel (a microphone that was not plugged in) must not halve the level, so
the mean is over the channels that have carried a signal so far: a channel counts from the first second in which its
samples are not all alike. While no channel has, the mean is over all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
import soundfile

from allears.audio_blocks import ArrayBlocks, AudioError, Blocks, SoundFileBlocks

if TYPE_CHECKING:
    from allears.data.manifest import Clip

__all__ = [
    "SAMPLE_RATE", "AudioError", "AudioSource", "AudioStream", "load_clip", "open_audio", "open_resampler",
    "read_audio",
]  # fmt: skip

SAMPLE_RATE = 16_000  # Hz; what Whisper's log-mel is defined on

AudioSource = str | Path | BinaryIO | np.ndarray

_LIMIT = 2.0**20  # 120 dB above full scale: no audio is that loud, and its square still fits float32
_MIN_RATE, _MAX_RATE = 1_000, 1_536_000  # Hz; above twice what any converter does
_CLIP_SLACK_S = 0.5  # a manifest's length of a whole file may be that far off (encoders pad)


class AudioStream:
    """Mono audio at 16 kHz, read from the start to the end once.

    Attributes:
        name: for messages and file names.
        duration_s: length in seconds as the header tells it; None if it does not.
    """

    def __init__(self, blocks: Blocks, name: str, *, start_s: float = 0.0, owned: BinaryIO | None = None) -> None:
        self.name, self._blocks, self._start_s, self._owned = name, blocks, start_s, owned
        self._pieces = self._mono_pieces()
        try:
            if not _MIN_RATE <= blocks.rate <= _MAX_RATE:
                raise AudioError(f"{name} has {blocks.rate} samples a second: give {_MIN_RATE} to {_MAX_RATE} Hz")
            skipped = round(start_s * blocks.rate)
            if skipped:
                blocks.skip(skipped)
            self._ready = [next(self._pieces, np.zeros(0, np.float32))]  # now, so that a bad file is known at once
        except AudioError:
            self.close()
            raise
        self.duration_s = None if blocks.num_frames is None else max(0, blocks.num_frames - skipped) / blocks.rate

    def read(self, num_samples: int) -> np.ndarray:
        """The next samples (n,), n <= num_samples; fewer only at the end, none past it.

        Raises:
            AudioError: samples that are NaN or infinite.
        """
        count = sum(map(len, self._ready))
        while count < num_samples and (piece := next(self._pieces, None)) is not None:
            self._ready.append(piece)
            count += len(piece)
        joined = self._ready[0] if len(self._ready) == 1 else np.concatenate(self._ready)
        self._ready = [joined[num_samples:]]
        return joined[:num_samples]

    def read_all(self) -> np.ndarray:
        """Everything that is left, (S,)."""
        return np.concatenate([*self._take_ready(), *self._pieces])

    def close(self) -> None:
        """Let go of the file. A file object that was given stays open."""
        self._blocks.close()
        if self._owned is not None:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _take_ready(self) -> list[np.ndarray]:
        ready, self._ready = self._ready, [np.zeros(0, np.float32)]
        return ready

    def _mono_pieces(self) -> Iterator[np.ndarray]:
        """Mono at 16 kHz in pieces of about a second, some of them empty."""
        rate = self._blocks.rate
        resampler = None if rate == SAMPLE_RATE else open_resampler(rate)
        is_live = np.zeros(self._blocks.channels, dtype=bool)
        at = 0
        while len(block := self._blocks.read(rate)):
            self._refuse_bad(block, at)
            at += len(block)
            if len(is_live) > 1:
                is_live |= np.ptp(block, axis=0) > 0
            mono = block[:, 0] if len(is_live) == 1 else block[:, is_live | ~is_live.any()].mean(axis=1)
            yield mono if resampler is None else resampler.resample_chunk(mono)
        if not at:
            after = f" after {self._start_s:.2f} s" if self._start_s else ""
            raise AudioError(f"{self.name} has no samples{after} (0 s to hear): record it again, or leave it out")
        if resampler is not None:
            yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)

    def _refuse_bad(self, block: np.ndarray, at: int) -> None:
        """Raise if a sample of the block (N, C), which starts at frame `at`, is no number that audio can be."""
        if block.max() <= _LIMIT and block.min() >= -_LIMIT:  # neither is true of NaN
            return
        bad = ~(np.abs(block) <= _LIMIT)
        first = at + int(bad.any(axis=1).argmax())
        count, total = int(bad.sum()), at * block.shape[1] + block.size
        while len(block := self._blocks.read(self._blocks.rate)):
            count += int((~(np.abs(block) <= _LIMIT)).sum())
            total += block.size
        raise AudioError(
            f"{self.name}: {count} of {total} samples are NaN, infinite or beyond 2^20, the first at "
            f"{first / self._blocks.rate:.2f} s: mend what made them, or set them to 0"
        )


def open_audio(source: AudioSource, *, sample_rate: int | None = None, start_s: float = 0.0) -> AudioStream:
    """Open audio for reading piece by piece.

    Args:
        source: a path, a file opened with "rb", or an array (S,) or (S, C) of floats in [-1, 1] or integer PCM.
        sample_rate: of an array, Hz; 16 kHz if left out. Files state their own.
        start_s: where to start, seconds.

    Raises:
        AudioError: it cannot be heard; the message says why and what to do.
    """
    if isinstance(source, np.ndarray):
        rate = SAMPLE_RATE if sample_rate is None else sample_rate
        return AudioStream(ArrayBlocks(source, rate, "the array"), "array", start_s=start_s)
    if sample_rate is not None:
        raise AudioError(f"sample_rate={sample_rate} is for arrays, a file states its own: leave it out")
    if isinstance(source, (str, Path)):
        path = Path(source)
        return AudioStream(_open_file(_check_file(path), str(path)), str(path), start_s=start_s)
    if not hasattr(source, "read"):
        raise AudioError(
            f"audio cannot be read from a {type(source).__name__}: give a path, a file opened with 'rb' or a numpy "
            "array (bytes of a file: io.BytesIO(data))"
        )
    name = getattr(source, "name", None)
    name = name if isinstance(name, str) else "the file object"
    copy = None if _is_seekable(source) else _copy(source)
    file = copy or source
    try:
        _check_open_file(file, name)
        return AudioStream(_open_file(file, name), name, start_s=start_s, owned=copy)
    except AudioError:
        if copy is not None:
            copy.close()
        raise


def read_audio(path: str | Path, *, start_s: float = 0.0, duration_s: float | None = None) -> np.ndarray:
    """Read a stretch of a file as (S,) float32 mono at 16 kHz; to its end if no duration is given.

    Raises:
        AudioError: as `open_audio`.
    """
    with open_audio(path, start_s=start_s) as stream:
        return stream.read_all() if duration_s is None else stream.read(round(duration_s * SAMPLE_RATE))


def load_clip(clip: Clip) -> np.ndarray:
    """The samples of a manifest clip, (S,) float32 at 16 kHz.

    A clip that starts at 0 and is as long as its file, but for half a second, is the whole file.

    Raises:
        AudioError: as `open_audio`.
    """
    if clip.start_s or clip.duration_s is None:
        return read_audio(clip.audio, start_s=clip.start_s, duration_s=clip.duration_s)
    stated, slack = round(clip.duration_s * SAMPLE_RATE), round(_CLIP_SLACK_S * SAMPLE_RATE)
    audio = read_audio(clip.audio, duration_s=clip.duration_s + 2 * _CLIP_SLACK_S)
    return audio if len(audio) <= stated + slack else audio[:stated]


def _check_file(path: Path) -> Path:
    if path.is_dir():
        raise AudioError(f"{path} is a folder: give an audio file in it")
    if not path.exists():
        raise AudioError(f"{path} does not exist: check the name and the folder ({Path.cwd()})")
    try:
        with open(path, "rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise AudioError(f"{path} cannot be opened: {error.strerror}") from error
    if is_empty:
        raise AudioError(f"{path} is empty (0 bytes): record or copy it again")
    return path


def _is_seekable(file: BinaryIO) -> bool:
    return hasattr(file, "seekable") and file.seekable()


def _copy(file: BinaryIO) -> BinaryIO:
    """A temporary file with what a pipe holds; libsndfile has to seek."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115  closed with the stream
    shutil.copyfileobj(file, copy)
    copy.seek(0)
    return copy


def _check_open_file(file: BinaryIO, name: str) -> None:
    start = file.tell()
    first: bytes | str = file.read(1)
    if isinstance(first, str):
        raise AudioError(f"{name} was opened as text: open it with mode 'rb'")
    if not first:
        raise AudioError(f"{name} is empty (nothing left to read): record or copy it again, or seek to its start")
    file.seek(start)


def _open_file(source: Path | BinaryIO, name: str) -> Blocks:
    """libsndfile if it knows the format, else PyAV."""
    start = 0 if isinstance(source, Path) else source.tell()
    try:
        return SoundFileBlocks(source, name)
    except soundfile.LibsndfileError as error:
        head = _head(source, start)
        if _looks_like_text(head):
            raise AudioError(
                f"{name} holds text, not audio (it starts with {head[:20]!r}): give a recording"
            ) from error
        return _open_with_av(source, name, str(error.error_string).rstrip("."))


def _head(source: Path | BinaryIO, start: int) -> bytes:
    if isinstance(source, Path):
        with open(source, "rb") as file:
            return file.read(512)
    source.seek(start)
    head = source.read(512)
    source.seek(start)
    return head


def _looks_like_text(head: bytes) -> bool:
    """Whether the bytes are printable text (UTF-8, possibly cut within a letter)."""
    text = head.decode("utf-8", errors="ignore")
    return len(text.encode()) >= len(head) - 3 and all(c.isprintable() or c in "\t\r\n\f" for c in text)


def _open_with_av(source: Path | BinaryIO, name: str, reason: str) -> Blocks:
    from allears.audio_av import INSTALL, AvBlocks, import_av

    av = import_av()
    if av is None:
        raise AudioError(
            f"{name} is not a sound WAV, FLAC, Ogg, MP3 or AIFF file (libsndfile: {reason}). If it is m4a, mp4, webm, "
            f"aac or another format that needs FFmpeg: {INSTALL}"
        )
    return AvBlocks(av, source, name)


def open_resampler(rate: int) -> Any:
    """A resampler of mono chunks, from that rate to 16 kHz."""
    import soxr  # here, since most of our own files are at 16 kHz and a start is quicker without

    return soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")
