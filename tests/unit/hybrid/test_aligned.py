"""The text of an alignment."""

from __future__ import annotations

import pytest

from allears.hybrid.aligned import read_text


def test_words_keep_how_they_are_written() -> None:
    words = read_text("Twenty-one, 'tis\n\n- don't 42!")
    assert [word.text for word in words] == ["Twenty-one,", "'tis", "don't", "42!"]
    assert [word.plain for word in words] == [("twenty", "one"), ("tis",), ("don't",), ("42",)]
    assert [word.line for word in words] == [0, 0, 2, 2]


def test_a_text_without_words_is_an_error() -> None:
    with pytest.raises(ValueError, match="no word"):
        read_text("... -\n")
