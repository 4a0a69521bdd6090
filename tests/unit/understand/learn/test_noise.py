from __future__ import annotations

import random

import pytest

from allears.understand.learn.noise import FORGOTTEN, Noise, say_number

WORDS = "wake me at 7 on may 25 it's for the anniversary party".split()
TAGS = ["O", "O", "O", "B-time", "O", "B-date", "I-date", "O", "O", "O", "B-event", "I-event"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"), (19, "nineteen"), (20, "twenty"), (25, "twenty five"), (100, "one hundred"),
        (105, "one hundred five"), (730, "seven hundred thirty"), (1000, "one thousand"), (1905, "nineteen oh five"),
        (1998, "nineteen ninety eight"), (1900, "nineteen hundred"), (2015, "two thousand fifteen"),
        (9999, "nine thousand nine hundred ninety nine"),
    ],
)  # fmt: skip
def test_numbers_are_said(value: int, words: str) -> None:
    assert " ".join(say_number(value)) == words


def test_a_number_of_two_words_is_one_value() -> None:
    words, tags = Noise(number=1, apostrophe=1, sentence=0).apply(WORDS, TAGS, random.Random(0))
    assert " ".join(words) == "wake me at seven on may twenty five its for the anniversary party"
    assert tags is not None and tags[5:9] == ["B-date", "I-date", "I-date", "O"]


def test_no_noise_changes_nothing() -> None:
    noise = Noise(number=0, apostrophe=0, sentence=0)
    assert noise.apply(WORDS, TAGS, random.Random(0)) == (WORDS, TAGS)
    assert noise.apply(WORDS, None, random.Random(0)) == (WORDS, None)


def test_values_are_never_missed_and_tags_stay_with_their_words() -> None:
    noise, draw = Noise(number=0, apostrophe=0, sentence=1, letter=0.5, drop=0.9), random.Random(1)
    for _ in range(50):
        words, tags = noise.apply(WORDS, TAGS, draw)
        assert tags is not None and len(words) == len(tags) > 0
        assert [t for t in tags if t != "O"] == [t for t in TAGS if t != "O"]


def test_something_is_left_of_every_sentence() -> None:
    assert Noise(sentence=1, drop=1).apply(["stop"], ["O"], random.Random(0)) == (["stop"], ["O"])


def test_a_forgotten_word_keeps_its_place_and_tag() -> None:
    noise = Noise(number=0, apostrophe=0, sentence=0, forget=0.5)
    words, tags = noise.apply(WORDS, TAGS, random.Random(0))
    assert tags == TAGS and len(words) == len(WORDS)
    assert 0 < words.count(FORGOTTEN) < len(WORDS) and set(words) <= {*WORDS, FORGOTTEN}
