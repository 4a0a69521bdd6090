"""What holds for every format there is, found by looking."""

from __future__ import annotations

import pytest

from allears.formats import FORMATS

EVERY = pytest.mark.parametrize("name", list(FORMATS))


def test_the_formats_people_expect_are_there() -> None:
    assert {"ctm", "json", "srt", "tsv", "txt", "vtt"} <= set(FORMATS)


@EVERY
def test_suffix_is_the_name(name: str) -> None:
    assert FORMATS[name]().suffix == f".{name}"


@EVERY
def test_empty_transcript_can_be_written(name: str, make_result) -> None:
    text = FORMATS[name]().write(make_result())
    assert text == "" or text.endswith("\n")


@EVERY
def test_transcribe_not_asked_for_can_be_written(name: str, make_result) -> None:
    FORMATS[name]().write(make_result(answers={}))


@EVERY
def test_any_text_is_written_as_whole_lines_of_valid_unicode(name: str, nasty) -> None:
    text = FORMATS[name]().write(nasty)
    assert text.endswith("\n")
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\r" not in text


@EVERY
def test_writing_twice_gives_the_same(name: str, full) -> None:
    assert FORMATS[name]().write(full) == FORMATS[name]().write(full)


@EVERY
def test_joinable_formats_can_be_joined(name: str, make_result, make_segment) -> None:
    format_ = FORMATS[name]()
    one, two = make_result(make_segment("One.")), make_result(make_segment("Two."))
    lines = format_.write(one).splitlines() + format_.write(two).splitlines()
    if format_.is_joinable:
        assert len(lines) == len({*format_.write(one).splitlines(), *format_.write(two).splitlines()})
