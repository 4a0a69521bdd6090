"""Keywords in whole files and in live audio: windows that overlap, so that no keyword is cut.

In: audio of any length, or chunks of a live stream. Out: hits, each once. A window is longer by `OVERLAP_S` than the
step to the next; a keyword shorter than that lies whole in one of them. Of two hits that overlap in time one is kept.

Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from allears.audio import SAMPLE_RATE, AudioSource, open_audio
from allears.keywords.hits import KeywordHit, strongest
from allears.keywords.spotter import Keywords
from allears.runtime.parts import Parts

__all__ = ["OVERLAP_S", "KeywordListener", "Listening", "find_in", "hear_window", "windows"]

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
    ctc = None if keywords.head is None else parts.head(keywords.head, layers)
    return keywords.find(
        layers,
        ctc,
        num_frames=parts.num_frames(len(audio)),
        start_s=start / SAMPLE_RATE,
        false_accepts_per_hour=false_accepts_per_hour,
    )


@dataclass(frozen=True, eq=False)
class Listening:
    """What is known of a live stream between two chunks: its last seconds.

    Attributes:
        recent: (S,) the latest samples.
        start: sample of the stream they begin at.
        num_unheard: samples at their end that no look has reached.
        told: keyword -> end of its last hit, seconds.
    """

    recent: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    start: int = 0
    num_unheard: int = 0
    told: Mapping[str, float] = field(default_factory=dict)


class KeywordListener:
    """Listens to a live stream: `hear` takes chunks of any length and gives each hit once, soon after its end.

    Underneath is `push`, a function of a chunk and a state that keeps nothing.

    Args:
        keywords: to listen for.
        parts: networks of the model.
        hop_s: new audio between two passes of the encoder over the last `OVERLAP_S`; smaller answers sooner,
            and costs more.
    """

    def __init__(self, keywords: Keywords, parts: Parts, *, hop_s: float = _LIVE_HOP_S) -> None:
        self._keywords, self._parts = keywords, parts
        self._hop, self._length = round(hop_s * SAMPLE_RATE), round(OVERLAP_S * SAMPLE_RATE)
        self._state = Listening()

    def hear(self, chunk: np.ndarray) -> tuple[KeywordHit, ...]:
        """The new hits after a chunk (S,) of audio at 16 kHz."""
        hits, self._state = self.push(chunk, self._state)
        return hits

    def finish(self) -> tuple[KeywordHit, ...]:
        """The hits in what is left, once no chunk follows; afterwards another stream may begin."""
        hits, _ = self.push(np.zeros(0, np.float32), self._state, is_last=True)
        self._state = Listening()
        return hits

    def push(
        self, chunk: np.ndarray, state: Listening | None, *, is_last: bool = False
    ) -> tuple[tuple[KeywordHit, ...], Listening]:
        """The new hits after a chunk (S,) at 16 kHz, and the state after it.

        Args:
            chunk: that follows.
            state: before it; None at the start.
            is_last: nothing follows.
        """
        state = state or Listening()
        state = replace(
            state,
            recent=np.concatenate([state.recent, chunk.astype(np.float32, copy=False)]),
            num_unheard=state.num_unheard + len(chunk),
        )
        hits: list[KeywordHit] = []
        while state.num_unheard >= self._hop or (is_last and state.num_unheard):
            new, state = self._look(replace(state, num_unheard=max(0, state.num_unheard - self._hop)))
            hits += new
        kept = min(len(state.recent), self._length + state.num_unheard)
        dropped = len(state.recent) - kept
        return tuple(hits), replace(state, recent=state.recent[dropped:].copy(), start=state.start + dropped)

    def _look(self, state: Listening) -> tuple[list[KeywordHit], Listening]:
        """Hear the seconds before what is unheard; digital silence has no keyword and costs nothing."""
        end = len(state.recent) - state.num_unheard
        first = max(0, end - self._length)
        audio = state.recent[first:end]
        if not audio.any():
            return [], state
        hits = hear_window(audio, state.start + first, self._keywords, self._parts)
        new = [hit for hit in hits if hit.start_s >= state.told.get(hit.keyword, -1.0)]
        return new, replace(state, told={**state.told, **{hit.keyword: hit.end_s for hit in new}})
