from __future__ import annotations

import pytest

from allears.understand.words import Word, split_words


def test_words_stand_where_they_say() -> None:
    text = 'Turn on "the light", please!'
    words = split_words(text)
    assert [word.text for word in words] == ["Turn", "on", "the", "light", "please"]
    assert all(text[word.start : word.end] == word.text for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t ", []),
        ("rock & roll", ["rock", "&", "roll"]),
        ("wait ... what?", ["wait", "...", "what"]),
        ("it's 7:30 p.m.", ["it's", "7:30", "p.m"]),
        ("\u00bfd\u00f3nde?", ["\u00bfd\u00f3nde"]),
    ],
)
def test_punctuation_at_the_ends_is_left_out(text: str, words: list[str]) -> None:
    assert [word.text for word in split_words(text)] == words


def test_splitting_again_changes_nothing() -> None:
    words = [word.text for word in split_words('He said: "... (well) & so!"')]
    assert [word.text for word in split_words(" ".join(words))] == words


def test_a_word_is_a_tuple() -> None:
    assert split_words(" a.") == [Word("a", 1, 2)]
