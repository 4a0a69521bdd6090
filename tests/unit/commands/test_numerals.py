from __future__ import annotations

import pytest

from allears.commands.numerals import number_words, say, ways_to_say


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "zero"), (21, "twenty one"), (105, "one hundred five"), (3.5, "three point five"), (-5, "minus five")],
)
def test_numbers_are_said_as_the_cldr_has_them(number, words):
    assert say(number, "en") == words


def test_english_says_hundreds_in_four_ways():
    assert set(ways_to_say(105, "en")) >= {
        "one hundred five", "one hundred and five", "a hundred five", "a hundred and five",
    }  # fmt: skip
    assert "a hundred" in ways_to_say(100, "en")


def test_halves():
    assert "twenty one and a half" in ways_to_say(21.5, "en")
    assert ways_to_say(0.5, "en")[-1] == "half"


def test_other_languages_and_unknown_ones():
    assert say(21, "de") == "einundzwanzig"
    assert say(21, "en-GB") == "twenty one"
    assert ways_to_say(21, "xx") == ()


def test_words_that_numbers_are_made_of():
    english = number_words("en")
    assert {"zero", "nine", "nineteen", "ninety", "hundred"} <= english
    assert not {"a", "and", "nin"} & english
    assert number_words("xx") == frozenset()
