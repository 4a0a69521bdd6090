"""Every time in an answer moves, nothing else does."""

from __future__ import annotations

import numpy as np

from allears.commands.answer import Command, SlotValue
from allears.decode import (
    Choice,
    Embedding,
    LabelledSpan,
    Number,
    Segment,
    Slot,
    Slots,
    Span,
    Spans,
    Timeline,
    Transcript,
)
from allears.decode.answers import Word
from allears.runtime.stream_shift import shifted


def test_times_move_at_any_depth() -> None:
    word = Word("a", 0.1, 0.3, 0.5)
    moved = shifted(Transcript((Segment(0.1, 0.3, "a", (word,), (7,), -0.2),), "en"), 2.0)
    assert moved == Transcript((Segment(2.1, 2.3, "a", (Word("a", 2.1, 2.3, 0.5),), (7,), -0.2),), "en")
    assert shifted(Timeline((LabelledSpan("x", 0.0, 1.0, 0.5),)), 2.0).spans[0] == LabelledSpan("x", 2.0, 3.0, 0.5)
    assert shifted(Slots("a", (Slot("n", "v", 0.5, 1.0, 0.9),)), 2.0).slots[0].start_s == 2.5
    assert shifted((Span(0.0, 1.0), [Span(1.0, 2.0)]), 1.0) == (Span(1.0, 2.0), [Span(2.0, 3.0)])
    assert shifted({"a": Span(0.0, 1.0)}, 1.0) == {"a": Span(1.0, 2.0)}


def test_what_has_no_time_stays() -> None:
    for answer in (Choice("en", 0.9, {"en": 0.9}), Number(3.5), None, "text", 1.5):
        assert shifted(answer, 2.0) == answer
    vector = np.ones(2, np.float32)
    assert shifted(Embedding(vector), 2.0).vector is vector
    spans = shifted(Spans((Span(0.0, 1.0),), vector, 0.02), 2.0)
    assert (spans.spans, spans.frame_shift_s) == ((Span(2.0, 3.0),), 0.02)
    assert spans.probabilities is vector


def test_a_time_that_nobody_knows_stays_unknown() -> None:
    slots = {"room": SlotValue("kitchen", "kitchen", 0.5, 0.9), "fixed": SlotValue(3)}
    moved = shifted(Command("On", slots, 0.9, alternatives=(Command("Off", slots),)), 2.0)
    assert (moved.slots["room"].start_s, moved.slots["room"].end_s) == (2.5, 2.9)
    assert moved.slots["fixed"] == SlotValue(3)
    assert moved.alternatives[0].slots["room"].start_s == 2.5
    assert shifted(None, 2.0) is None
