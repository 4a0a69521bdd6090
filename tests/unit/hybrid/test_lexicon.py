"""Pronunciations."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from allears.hybrid.lexicon import Lexicon

CMU = """;;; a comment
# another
HELLO  HH AH0 L OW1
READ  R EH1 D
READ(2)  R IY1 D  # now
DON'T  D OW1 N T
"""


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    path = tmp_path / "some.dict"
    path.write_text(CMU, encoding="utf-8")
    return Lexicon.read(path)


def test_cmudict_is_read(lexicon: Lexicon) -> None:
    assert lexicon.say("hello") == (("HH", "AH", "L", "OW"),)
    assert lexicon.say("read") == (("R", "EH", "D"), ("R", "IY", "D"))
    assert "don't" in lexicon
    assert len(lexicon) == 3


def test_a_word_that_is_missing_is_guessed_and_named(lexicon: Lexicon, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        own = lexicon.of(["hello", "ship", "42", "hello"])
    assert own.to_dict() == {"hello": ["HH AH L OW"], "ship": ["SH IH P"]}
    assert "1 of 3 words are not in the lexicon and are guessed: 'ship'" in caplog.text
    assert "1 of 3 words have no pronunciation: '42'" in caplog.text


def test_the_other_lexicon_goes_first(lexicon: Lexicon) -> None:
    more = lexicon.with_more(Lexicon({"hello": [("Y", "OW")]}))
    assert more.say("hello") == (("Y", "OW"),)
    assert len(more) == 3


def test_it_can_be_written_as_json(lexicon: Lexicon) -> None:
    assert Lexicon.from_dict(lexicon.to_dict()).to_dict() == lexicon.to_dict()


@pytest.mark.parametrize(("text", "message"), [("WORD\n", "'WORD' has no phones"), ("", "has no words")])
def test_what_is_no_lexicon_is_an_error(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.dict"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        Lexicon.read(path)
