"""The line by line formats: tsv, ctm and txt."""

from __future__ import annotations

from allears.decode import Segment, Word
from allears.formats import FORMATS


def test_tsv_has_whole_milliseconds_as_whisper_writes_them(make_result, make_segment) -> None:
    text = FORMATS["tsv"]().write(make_result(make_segment("Hello\tthere.", 1.5)))
    assert text == "start\tend\ttext\n1500\t2400\tHello there.\n"


def test_tsv_rows_have_three_columns_whatever_the_text(nasty) -> None:
    assert all(line.count("\t") == 2 for line in FORMATS["tsv"]().write(nasty).splitlines())


def test_ctm_is_a_word_a_line_in_seconds(make_result, make_segment) -> None:
    text = FORMATS["ctm"]().write(make_result(make_segment("Hello there.", 1.5)))
    assert text == "my_talk 1 1.500 0.400 Hello 0.900\nmy_talk 1 2.000 0.400 there. 0.900\n"


def test_ctm_rows_have_six_fields_whatever_the_words(nasty) -> None:
    lines = FORMATS["ctm"]().write(nasty).splitlines()
    assert all(len(line.split()) == 6 and not line.startswith(";") for line in lines)


def test_ctm_joins_a_word_that_has_a_space(make_result) -> None:
    segment = Segment(0.0, 1.0, "New York", (Word("New York", 0.0, 1.0, 0.5),))
    assert FORMATS["ctm"]().write(make_result(segment)).split()[4] == "New_York"


def test_txt_is_a_line_a_segment(make_result, make_segment) -> None:
    text = FORMATS["txt"]().write(make_result(make_segment("One.\nStill one."), make_segment("Two.", 5.0)))
    assert text == "One. Still one.\nTwo.\n"
