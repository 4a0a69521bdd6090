"""Subtitles: how a transcript is cut, and what other people's readers make of it."""

from __future__ import annotations

import io
from itertools import pairwise

import pysubs2
import pytest
import webvtt

from allears.decode import Segment, Word
from allears.formats import FORMATS
from allears.formats.cues import MAX_COLUMNS, MAX_CUE_S, MAX_LINES, cues
from allears.formats.lines import display_width, one_line

LONG = "The train to the mountains leaves at seven, so please remember to bring a warm coat. " * 6


def _shown(text: str) -> str:
    return "".join(text.split())


def assert_cues_are_readable(found) -> None:
    for cue in found:
        assert cue.start_ms < cue.end_ms
        assert 1 <= len(cue.lines) <= MAX_LINES
        for line in cue.lines:
            assert line.strip() == line != ""
            assert display_width(line) <= MAX_COLUMNS or " " not in line, "only a single word may be wider"
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(found)), "cues must not overlap"


def test_long_text_is_cut_between_words_and_nothing_is_lost(make_result, make_segment) -> None:
    result = make_result(make_segment(LONG))
    found = cues(result)
    assert_cues_are_readable(found)
    assert " ".join(line for cue in found for line in cue.lines) == LONG.strip()
    assert max(cue.end_ms - cue.start_ms for cue in found) <= MAX_CUE_S * 1000


def test_cue_times_are_the_times_of_its_words(make_result, make_segment) -> None:
    segment = make_segment(LONG, start_s=3.0)
    found = cues(make_result(segment))
    starts = {round(word.start_s * 1000) for word in segment.words}
    ends = {round(word.end_s * 1000) for word in segment.words}
    assert {cue.start_ms for cue in found} <= starts
    assert {cue.end_ms for cue in found} <= ends


def test_nasty_text_keeps_every_letter(nasty) -> None:
    found = cues(nasty)
    assert_cues_are_readable(found)
    assert _shown("".join(line for cue in found for line in cue.lines)) == _shown(one_line(nasty.text))


def test_a_pause_ends_a_cue(make_result) -> None:
    words = (Word("One", 0.0, 0.5, 1.0), Word("two", 3.0, 3.5, 1.0))
    assert len(cues(make_result(Segment(0.0, 3.5, "One two", words)))) == 2


def test_text_without_word_times_is_spread_evenly(make_result) -> None:
    found = cues(make_result(Segment(0.0, 40.0, LONG)))
    assert_cues_are_readable(found)
    assert found[0].start_ms == 0
    assert found[-1].end_ms == pytest.approx(40_000, abs=1)


def test_chinese_gets_no_spaces(make_result) -> None:
    words = tuple(Word(letter, i * 0.2, i * 0.2 + 0.2, 1.0) for i, letter in enumerate("今天天气很好"))
    (cue,) = cues(make_result(Segment(0.0, 1.2, "今天天气很好", words)))
    assert cue.lines == ("今天天气很好",)


def test_words_that_overlap_or_last_no_time_still_give_cues_in_order(make_result) -> None:
    words = tuple(Word("word" * 5, 1.0, 1.0, 1.0) for _ in range(9))
    assert_cues_are_readable(cues(make_result(Segment(1.0, 1.0, " ".join(w.text for w in words), words))))


def test_srt_is_read_back_by_pysubs2(nasty) -> None:
    events = pysubs2.SSAFile.from_string(FORMATS["srt"]().write(nasty), format_="srt").events
    found = cues(nasty)
    assert [(e.start, e.end) for e in events] == [(cue.start_ms, cue.end_ms) for cue in found]


def test_vtt_is_read_back_by_webvtt(nasty) -> None:
    captions = webvtt.from_buffer(io.StringIO(FORMATS["vtt"]().write(nasty))).captions
    found = cues(nasty)
    assert [round(c.start_in_seconds * 1000) // 1000 for c in captions] == [cue.start_ms // 1000 for cue in found]
    assert len(captions) == len(found)


def test_srt_text_survives_pysubs2(make_result, make_segment) -> None:
    events = pysubs2.SSAFile.from_string(FORMATS["srt"]().write(make_result(make_segment(LONG))), format_="srt").events
    assert " ".join(event.plaintext.replace("\n", " ") for event in events) == LONG.strip()


def test_vtt_escapes_what_would_be_markup(make_result, make_segment) -> None:
    text = FORMATS["vtt"]().write(make_result(make_segment("a <b> & --> c")))
    assert text.splitlines()[3] == "a &lt;b&gt; &amp; --&gt; c"


def test_empty_files_are_valid(make_result) -> None:
    assert FORMATS["srt"]().write(make_result()) == ""
    vtt = FORMATS["vtt"]().write(make_result())
    assert webvtt.from_buffer(io.StringIO(vtt)).captions == []


def test_hours_have_as_many_digits_as_they_need(make_result, make_segment) -> None:
    text = FORMATS["srt"]().write(make_result(make_segment("Late.", start_s=100 * 3600.0)))
    assert "100:00:00,000 --> 100:00:00,400" in text
