"""What is kept of one chunk of a meeting: words, speech, and what the pieces of it sound like; no audio.

A chunk is what one pass of the encoder hears, 28 s at most. Times are seconds from the start of the meeting.

Letters: N pieces, E size of the speaker embedding, M moods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from allears.decode.answers import Segment, Span
from allears.meeting.local import LocalWindow

__all__ = ["Chunk", "Material", "joined"]


@dataclass(frozen=True, eq=False)
class Chunk:
    """A stretch of the meeting as it was heard.

    Attributes:
        start_s, end_s: of the chunk.
        segments: what was said.
        language: code it was transcribed as; None if nothing was.
        languages: code -> probability; empty if nobody speaks.
        speech: when somebody speaks.
        pieces: (N, 2) start and end of the pieces.
        vectors: (N, E) float32, each of length 1; E is 0 where `windows` tell the voices.
        moods: (N, M) float32 logits of the emotion head; M is 0 without one.
        windows: who talks when within some seconds; empty where the model has no head `turns`.
    """

    start_s: float
    end_s: float
    segments: tuple[Segment, ...]
    language: str | None
    speech: tuple[Span, ...]
    pieces: np.ndarray
    vectors: np.ndarray
    moods: np.ndarray
    languages: Mapping[str, float] = field(default_factory=dict)
    windows: tuple[LocalWindow, ...] = ()

    @property
    def speech_s(self) -> float:
        return sum(span.end_s - span.start_s for span in self.speech)


@dataclass(frozen=True, eq=False)
class Material:
    """All that the clustering reads, of all chunks: see `Chunk`."""

    speech: tuple[Span, ...]
    pieces: np.ndarray
    vectors: np.ndarray
    moods: np.ndarray
    windows: tuple[LocalWindow, ...] = ()


def joined(chunks: Sequence[Chunk]) -> Material:
    """The chunks in one; those without pieces add none."""
    heard = [chunk for chunk in chunks if len(chunk.pieces)]
    speech = tuple(span for chunk in chunks for span in chunk.speech)
    windows = tuple(window for chunk in chunks for window in chunk.windows)
    if not heard:
        return Material(speech, np.zeros((0, 2)), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), windows)
    return Material(
        speech,
        np.concatenate([chunk.pieces for chunk in heard]),
        np.concatenate([chunk.vectors for chunk in heard]),
        np.concatenate([chunk.moods for chunk in heard]),
        windows,
    )
