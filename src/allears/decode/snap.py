"""Words stay inside speech: what attention stretches over a pause, the speech head cuts back.

In: segments with word times and the spans of speech of the same stretch. Out: the same words, ending where speech ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allears.decode.answers import Segment, Span, Word

__all__ = ["snap"]

_SHORTEST_S = 0.04  # a word that shares less than this with speech keeps its times: the spans must be wrong there


def snap(segments: Sequence[Segment], spans: Sequence[Span]) -> tuple[Segment, ...]:
    """Cut every word to the span of speech it shares most with; a word that shares nothing stays as it is."""
    return tuple(_snap_segment(segment, spans) for segment in segments)


def _snap_segment(segment: Segment, spans: Sequence[Span]) -> Segment:
    words = tuple(_snap_word(word, spans) for word in segment.words)
    if not words:
        return segment
    return replace(segment, words=words, start_s=words[0].start_s, end_s=words[-1].end_s)


def _snap_word(word: Word, spans: Sequence[Span]) -> Word:
    shared = [(min(word.end_s, span.end_s) - max(word.start_s, span.start_s), span) for span in spans]
    most, best = max(shared, key=lambda pair: pair[0], default=(0.0, Span(0.0, 0.0)))
    if most < _SHORTEST_S:
        return word
    return replace(word, start_s=max(word.start_s, best.start_s), end_s=min(word.end_s, best.end_s))
