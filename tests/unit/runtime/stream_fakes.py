"""An ear without a model: loud is speech, and a stretch of one level is a word."""

from __future__ import annotations

import numpy as np

from allears.decode.answers import Segment, Span, Spans, Transcript, Word
from allears.decode.segments import runs
from allears.runtime.result import Result
from allears.runtime.stream_ear import Ear

RATE, FRAME = 16_000, 320
SHIFT_S = FRAME / RATE
LEVELS = {"one": 0.1, "two": 0.2, "three": 0.3, "four": 0.4}


class FakeEar:
    """Counts what it is asked; `ear` is what a stream gets."""

    def __init__(self, *, has_words: bool = True, longest_s: float = 28.0) -> None:
        self.num_looks = self.num_reads = self.num_heard = 0
        self.heard_s: list[float] = []
        words = self.words if has_words else None
        self.ear = Ear(self.speech, words, self.hear, FRAME, 0.5, longest_s)

    def speech(self, audio: np.ndarray) -> np.ndarray:
        self.num_looks += 1
        return (levels(audio) > 0.05).astype(np.float32)

    def words(self, audio: np.ndarray) -> tuple[Word, ...]:
        self.num_reads += 1
        return words_in(audio)

    def hear(self, audio: np.ndarray) -> Result:
        self.num_heard += 1
        self.heard_s.append(len(audio) / RATE)
        words = words_in(audio)
        text = " ".join(word.text for word in words)
        segments = (Segment(words[0].start_s, words[-1].end_s, text, words),) if words else ()
        spans = Spans(tuple(Span(w.start_s, w.end_s) for w in words), np.zeros(1, np.float32), SHIFT_S)
        return Result("array", len(audio) / RATE, {"transcribe": Transcript(segments, "en"), "speech": spans})


def levels(audio: np.ndarray) -> np.ndarray:
    """Mean level of each frame, the last one filled up with silence."""
    full = np.zeros(-(-len(audio) // FRAME) * FRAME, np.float32)
    full[: len(audio)] = np.abs(audio)
    return full.reshape(-1, FRAME).mean(axis=1)


def words_in(audio: np.ndarray) -> tuple[Word, ...]:
    """A word for each stretch of frames whose level is nearest to one of `LEVELS`."""
    nearest = np.round(levels(audio) / 0.1).astype(int)
    found = [
        (int(first), int(stop), name)
        for name, level in LEVELS.items()
        for first, stop in runs(nearest == round(level / 0.1))
        if stop - first > 2
    ]
    return tuple(Word(name, round(a * SHIFT_S, 3), round(b * SHIFT_S, 3), 1.0) for a, b, name in sorted(found))


def said(*parts: str | float, word_s: float = 0.4) -> np.ndarray:
    """Samples: a name of `LEVELS` is a word of that level, a number seconds of silence."""
    square = np.where(np.arange(round(word_s * RATE)) % 2, 1.0, -1.0)
    pieces = [LEVELS[p] * square if isinstance(p, str) else np.zeros(round(p * RATE)) for p in parts]
    return np.concatenate(pieces).astype(np.float32)
