"""Meetings without a model: voices are random directions, words and times are made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from allears.audio import SAMPLE_RATE
from allears.decode.answers import Embedding, Segment, Span, Word
from allears.decode.embedding import unit
from allears.meeting.chunk import Chunk
from allears.meeting.local import LocalWindow, window_starts
from allears.meeting.minutes import Minutes, Speaker, Spoken, Turn
from allears.meeting.pieces import pieces_of

SIZE, FRAME_S = 64, 0.02


def voice(number: int) -> np.ndarray:
    """The direction (E,) of a made voice."""
    return unit(np.random.default_rng(number).normal(size=SIZE))


def chunk_of(
    turns: Sequence[tuple[float, float, int]], *, spread: float = 0.5, seed: int = 0, end_s: float | None = None
) -> Chunk:
    """A chunk in which voices speak in turn; a piece's vector is the mix of the voices in it, with noise."""
    rng = np.random.default_rng(seed)
    spans = tuple(Span(start, end) for start, end, _ in turns)
    pieces = pieces_of(spans)
    rows = []
    for start, end in pieces:
        shares = [(max(0.0, min(end, b) - max(start, a)), who) for a, b, who in turns]
        mix = sum(share * voice(who) for share, who in shares)
        rows.append(unit(unit(np.asarray(mix)) + spread * unit(rng.normal(size=SIZE))))
    words = [Word(f"w{who}.", start, end, 0.9) for start, end, who in turns]
    text = " ".join(word.text for word in words)
    segments = (Segment(turns[0][0], turns[-1][1], text, tuple(words)),)
    vectors = np.stack(rows).astype(np.float32)
    moods = np.zeros((len(pieces), 0), np.float32)
    return Chunk(0.0, end_s or turns[-1][1] + 0.5, segments, "en", spans, pieces, vectors, moods, {"en": 1.0})


def windows_of(
    turns: Sequence[tuple[float, float, int]], end_s: float, *, spread: float = 0.5, seed: int = 0
) -> tuple[LocalWindow, ...]:
    """Windows of 10 s every 2.5 s in which voices speak in turn or at once; whom a window calls A is chance."""
    rng = np.random.default_rng(seed)
    frames = np.zeros((round(end_s / FRAME_S), max(who for *_, who in turns) + 1), np.float32)
    for start, end, who in turns:
        frames[round(start / FRAME_S) : round(end / FRAME_S), who] = 1.0
    windows = []
    for first in window_starts(len(frames), 500, 125):
        own = frames[first : first + 500]
        most = rng.permutation(np.argsort(-own.sum(axis=0))[:3])
        alone_s = (own[:, most] * (own.sum(axis=1, keepdims=True) == 1)).sum(axis=0) * FRAME_S
        vectors = [unit(voice(int(who)) + spread * unit(rng.normal(size=SIZE))) for who in most]
        told = np.stack(vectors) * (alone_s > 0)[:, None]
        windows.append(LocalWindow(first * FRAME_S, FRAME_S, own[:, most], told.astype(np.float32), alone_s))
    return tuple(windows)


class FakeEar:
    """Hears somebody else in every second chunk, and counts what it heard; stops the process's work where told."""

    def __init__(self, *, dies_at: int | None = None) -> None:
        self.starts: list[float] = []
        self._dies_at = dies_at

    def hear(self, audio: np.ndarray, start_s: float, past: Sequence[tuple[Mapping[str, float], float]] = ()) -> Chunk:
        if len(self.starts) == self._dies_at:
            raise KeyboardInterrupt
        self.starts.append(start_s)
        end_s = start_s + len(audio) / SAMPLE_RATE
        level = float(np.abs(audio).mean())
        one = chunk_of([(start_s, end_s, round(100 * level))], seed=len(past))
        words = (Word(f"level {level:.4f}.", start_s, end_s, 0.5),)
        return Chunk(
            start_s, end_s, (Segment(start_s, end_s, words[0].text, words, (1, 2)),), "en", one.speech, one.pieces,
            one.vectors, one.moods, {"en": 0.9, "de": 0.1},
        )  # fmt: skip


def minutes() -> Minutes:
    """Two speakers, one of whom is interrupted; a text that formats must be careful with."""
    hello = (Word("Hello", 0.5, 0.9, 0.9), Word("<all>", 0.9, 1.4, 0.8), Word("-->", 1.4, 2.5, 0.7))
    yes = (Word("Yes.", 2.2, 2.8, 0.9),)
    return Minutes(
        "talks/monday.wav",
        12.5,
        (
            Speaker("S1", "Ann Lee", Embedding(voice(1).astype(np.float32)), 2.0, is_known=True),
            Speaker("S2", "Speaker 2", Embedding(voice(2).astype(np.float32)), 0.8, maybe="Bob"),
        ),
        (
            Turn("S1", 0.5, 2.5, "Hello <all> -->", hello, "happiness", 0.71, "en", is_overlapped=True),
            Turn("S2", 2.2, 2.8, "Yes.", yes, language="en"),
        ),
        (Spoken("S1", 0.5, 2.5), Spoken("S2", 2.2, 2.8)),
        "tiny 1",
    )
