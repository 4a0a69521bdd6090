"""Word times and speech: cut to speech, never moved out of their own interval, never lost."""

from __future__ import annotations

from allears.decode.answers import Segment, Span, Word
from allears.decode.snap import snap

SPANS = (Span(0.5, 2.0), Span(4.0, 5.0))


def _times(start_s: float, end_s: float) -> tuple[float, float]:
    segment = Segment(start_s, end_s, "a", words=(Word("a", start_s, end_s, 1.0),))
    (snapped,) = snap([segment], SPANS)
    assert (snapped.start_s, snapped.end_s) == (snapped.words[0].start_s, snapped.words[0].end_s)
    return snapped.start_s, snapped.end_s


def test_a_word_stretched_over_a_pause_ends_with_its_speech() -> None:
    assert _times(1.5, 3.9) == (1.5, 2.0)
    assert _times(1.9, 4.8) == (4.0, 4.8)


def test_a_word_inside_speech_and_one_outside_of_it_keep_their_times() -> None:
    assert _times(0.6, 1.0) == (0.6, 1.0)
    assert _times(2.5, 3.5) == (2.5, 3.5)


def test_without_spans_nothing_changes() -> None:
    segment = Segment(0.0, 1.0, "a", words=(Word("a", 0.0, 1.0, 1.0),))
    assert snap([segment], ()) == (segment,)
