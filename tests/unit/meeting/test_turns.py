from __future__ import annotations

import numpy as np

from allears.decode.answers import Segment, Span, Word
from allears.meeting.chunk import Chunk
from allears.meeting.minutes import Spoken
from allears.meeting.turns import turns_of

NONE = np.zeros((0, 2))
SPOKEN = (Spoken("S1", 0.0, 2.0), Spoken("S2", 1.7, 4.0), Spoken("S1", 8.0, 9.0))


def _chunk(text: str, *words: tuple[str, float, float]) -> Chunk:
    said = tuple(Word(word, start, end, 0.9) for word, start, end in words)
    segments = (Segment(0.0, 9.0, text, said),) if text else ()
    return Chunk(0.0, 10.0, segments, "en", (Span(0.0, 9.0),), NONE, NONE, NONE)


def test_words_go_to_whoever_speaks_most_of_them() -> None:
    chunk = _chunk("Who are you? Me.", ("Who", 0.1, 0.5), ("are", 0.5, 0.9), ("you?", 1.5, 2.05), ("Me.", 2.1, 2.6))
    turns = turns_of([chunk], SPOKEN)
    assert [(turn.speaker, turn.text) for turn in turns] == [("S1", "Who are you?"), ("S2", "Me.")]
    assert (turns[0].start_s, turns[0].end_s, turns[0].language) == (0.1, 2.05, "en")


def test_a_word_outside_all_speech_goes_to_the_nearest() -> None:
    assert turns_of([_chunk("Oh.", ("Oh.", 4.2, 4.6))], SPOKEN)[0].speaker == "S2"


def test_a_long_pause_ends_a_turn() -> None:
    chunk = _chunk("One two", ("One", 0.2, 0.6), ("two", 8.2, 8.6))
    assert [turn.text for turn in turns_of([chunk], SPOKEN[:1])] == ["One", "two"]


def test_texts_without_spaces_stay_without() -> None:
    chunk = _chunk("你好。", ("你", 0.1, 0.3), ("好。", 0.3, 0.6))
    assert turns_of([chunk], SPOKEN)[0].text == "你好。"


def test_overlap_is_marked() -> None:
    chunk = _chunk("Who me", ("Who", 1.0, 2.0), ("me", 3.0, 3.5))
    assert [turn.is_overlapped for turn in turns_of([chunk], SPOKEN)] == [True, False]


def test_without_text_stretches_make_the_turns() -> None:
    spoken = (Spoken("S1", 0.0, 1.0), Spoken("S1", 1.5, 2.0), Spoken("S2", 2.0, 3.0), Spoken("S1", 6.0, 7.0))
    turns = turns_of([_chunk("")], spoken)
    assert [(t.speaker, t.start_s, t.end_s) for t in turns] == [("S1", 0.0, 2.0), ("S2", 2.0, 3.0), ("S1", 6.0, 7.0)]
