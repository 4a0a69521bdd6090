"""Results to write: ordinary, empty, and as nasty as text can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from allears.decode import Choice, Embedding, Segment, Span, Spans, Transcript, Word
from allears.runtime.result import Nearest, Result


def result_of(*segments: Segment, **changes: Any) -> Result:
    """A result with these segments; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "source": "talks/my talk.wav",
        "duration_s": 10.0,
        "answers": {"transcribe": Transcript(segments, "en")},
        "compute_s": {"total": 0.5},
        "model": "tiny",
    }
    return Result(**(fields | changes))


def spoken(text: str, start_s: float = 0.0, word_s: float = 0.4, gap_s: float = 0.1) -> Segment:
    """A segment in which every word takes the same time."""
    words, now = [], start_s
    for part in text.split():
        words.append(Word(part, round(now, 3), round(now + word_s, 3), 0.9))
        now += word_s + gap_s
    return Segment(start_s, now - gap_s if words else start_s, text, tuple(words))


NASTY = (
    "an arrow --> inside",
    "1 2 3",
    "<i>tags</i> & <b> ampersands &amp; all",
    "WEBVTT NOTE STYLE",
    "x" * 130,
    "{\\an8} \\N braces",
    "人工智能今天会改变我们听到的一切声音因为一个编码器可以听到所有的东西而且只需要听一次",
    "שלום עולם مرحبا",
    "emoji 👩‍👩‍👧 é́ and\ttabs\nlines",
    "; comment",
    "   ",
)


@pytest.fixture(params=NASTY, ids=range(len(NASTY)))
def nasty(request: pytest.FixtureRequest) -> Result:
    """One nasty text between two ordinary ones, its words with times."""
    return result_of(spoken("Before it."), spoken(request.param, 2.0), spoken("After it.", 20.0))


@pytest.fixture
def full() -> Result:
    """An answer of every known kind, and of a task that nobody foresaw."""
    answers = {
        "transcribe": Transcript((spoken("Hello there."),), "en"),
        "language": Choice("de", 0.7, {"en": 0.25, "de": 0.7}),
        "speech": Spans((Span(0.1, 0.9),), np.full(50, 0.5, np.float32), 0.02),
        "speaker": Embedding(np.array([0.6, 0.8], np.float32)),
        "mood": Choice("glad", 0.9, {"glad": 0.9}),
        "music": Spans((Span(1.0, 2.0),), np.zeros(50, np.float32), 0.02),
        "odd": {"level_db": np.float32(-3.5), "bad": float("nan"), "path": object},
    }
    return result_of(answers=answers, nearest=Nearest("Ann", 0.7, True))


@pytest.fixture
def make_result() -> Callable[..., Result]:
    return result_of


@pytest.fixture
def make_segment() -> Callable[..., Segment]:
    return spoken
