"""Keywords in whole files and in live audio: windows that overlap, so that no keyword is cut.

In: audio of any length, or chunks of a live stream. Out: hits, each once. A window is longer by `OVERLAP_S` than the
step to the next; a keyword shorter than that lies whole in one of them. Of two hits that overlap in time one is kept.

Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.keywords.hits import KeywordHit, strongest
from allears.keywords.spotter import CTC, Keywords
from allears.runtime.parts import Parts

__all__ = ["OVERLAP_S", "KeywordListener", "find_in", "hear_window", "windows"]

OVERLAP_S = 2.5  # longer than a keyword
_LONG_S = 20.0  # of a window of a file: long, since the overlap is heard twice
_LIVE_HOP_S = 0.4  # new audio between two looks at a live stream


def find_in(
    source: AudioSource, keywords: Keywords, parts: Parts, *, false_accepts_per_hour: float | None = None
) -> tuple[KeywordHit, ...]:
    """All hits in a file or an array at 16 kHz, in order of time.

    Raises:
        AudioError: the audio cannot be heard.
    """
    hits = [
        hit
        for start, audio in windows(source, _LONG_S)
        for hit in hear_window(audio, start, keywords, parts, false_accepts_per_hour=false_accepts_per_hour)
    ]
    return strongest(hits)


def windows(source: AudioSource, length_s: float) -> Iterator[tuple[int, np.ndarray]]:
    """(first sample, samples) of windows that overlap by `OVERLAP_S`."""
    length, kept = round(length_s * SAMPLE_RATE), round(OVERLAP_S * SAMPLE_RATE)
    with open_audio(source) as stream:
        audio, start = stream.read(length), 0
        while len(audio):
            yield start, audio
            new = stream.read(length - kept) if len(audio) == length else audio[:0]
            start += length - kept
            audio = np.concatenate([audio[-kept:], new]) if len(new) else new


def hear_window(
    audio: np.ndarray, start: int, keywords: Keywords, parts: Parts, *, false_accepts_per_hour: float | None = None
) -> tuple[KeywordHit, ...]:
    """The hits in one window (S,) that begins at sample `start`."""
    layers = parts.encode(audio)
    ctc = parts.head(CTC, layers) if keywords.needs_ctc else None
    return keywords.find(
        layers,
        ctc,
        num_frames=parts.num_frames(len(audio)),
        start_s=start / SAMPLE_RATE,
        false_accepts_per_hour=false_accepts_per_hour,
    )


class KeywordListener:
    """Listens to a live stream: `hear` takes chunks of any length and gives each hit once, soon after its end.

    Args:
        keywords: to listen for.
        parts: networks of the model.
        hop_s: new audio between two passes of the encoder over the last `OVERLAP_S`; smaller answers sooner,
            and costs more.
    """

    def __init__(self, keywords: Keywords, parts: Parts, *, hop_s: float = _LIVE_HOP_S) -> None:
        self._keywords, self._parts = keywords, parts
        self._hop, self._length = round(hop_s * SAMPLE_RATE), round(OVERLAP_S * SAMPLE_RATE)
        self._recent, self._start, self._unheard = np.zeros(0, np.float32), 0, 0
        self._told: dict[str, float] = {}  # keyword -> end of its last hit, seconds

    def hear(self, chunk: np.ndarray) -> tuple[KeywordHit, ...]:
        """The new hits after a chunk (S,) of audio at 16 kHz."""
        self._recent = np.concatenate([self._recent, chunk.astype(np.float32, copy=False)])
        self._unheard += len(chunk)
        hits: list[KeywordHit] = []
        while self._unheard >= self._hop:
            self._unheard -= self._hop
            end = len(self._recent) - self._unheard
            first = max(0, end - self._length)
            hits += self._new(hear_window(self._recent[first:end], self._start + first, self._keywords, self._parts))
        kept = min(len(self._recent), self._length + self._unheard)
        self._start += len(self._recent) - kept
        self._recent = self._recent[len(self._recent) - kept :]
        return tuple(hits)

    def _new(self, hits: tuple[KeywordHit, ...]) -> list[KeywordHit]:
        fresh = [hit for hit in hits if hit.start_s >= self._told.get(hit.keyword, -1.0)]
        for hit in fresh:
            self._told[hit.keyword] = hit.end_s
        return fresh
