"""A spelling is found where its letters are, and is told from others."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from allears.decode.spelling import BLANK, SPACE
from allears.keywords.hits import peaks
from allears.keywords.spelling import log_ratios, spot, units_of

NAMES = (BLANK, SPACE, *"abcdefghijklmnopqrstuvwxyz'")
INDEX = {name: number for number, name in enumerate(NAMES)}


def logits_of(path: str, sure: float = 8.0, seed: int = 0) -> np.ndarray:
    """A frame a letter of `path`: `-` is the blank, `_` the space."""
    logits = np.random.default_rng(seed).standard_normal((len(path), len(NAMES))).astype(np.float32)
    for t, letter in enumerate(path):
        logits[t, INDEX[{"-": BLANK, "_": SPACE}.get(letter, letter)]] += sure
    return logits


def best(path: str, text: str) -> tuple[int, int, float]:
    ratios = log_ratios(logits_of(path))
    return max(peaks(spot(ratios, [units_of(text, NAMES)], NAMES)[0], -1e6), key=lambda peak: peak[2])


def test_a_keyword_the_filler_reads_too_costs_nothing_and_has_its_times() -> None:
    assert best("-the-_-c-a-t-_-sat-", "cat") == (7, 11, 0.0)


def test_doubled_letters_need_a_blank_between() -> None:
    assert best("-_b-o-o-k_-", "book")[2] == 0.0
    assert best("-_b-oooo-k_-", "book")[2] < -0.5


def test_a_misread_letter_costs_part_of_the_score() -> None:
    right, wrong, other = best("-_c-a-t-_-", "cat"), best("-_c-o-t-_-", "cat"), best("-_d-o-g-_-", "cat")
    assert right[2] > wrong[2] > other[2]


def test_a_part_of_a_word_is_worse_than_the_word() -> None:
    assert best("-_s-t-a-r-t-_", "art")[2] < best("-_a-r-t-_", "art")[2]
    assert best("-_a-r-t-s-_", "art")[2] < 0.0


def test_the_score_is_that_of_the_best_of_all_paths() -> None:
    """Against every alignment of two letters to five frames, written out."""
    ratios = log_ratios(logits_of("-a--b", sure=1.0, seed=3))
    a, b = units_of("ab", NAMES)
    found = spot(ratios, [(a, b)], NAMES)[0].score[-1]
    scores = []
    for first in range(5):
        for path in itertools.product((a, 0, b), repeat=5 - first):
            said = [unit for unit, _ in itertools.groupby(path)]
            if [unit for unit in said if unit] == [a, b] and said[0] == a and said[-1] == b:
                scores.append(sum(ratios[first + n, unit] for n, unit in enumerate(path)))
    assert found * 2 == pytest.approx(max(scores), abs=4.1), "apart from what a word's inside costs"
    assert found * 2 <= max(scores) + 1e-4


def test_spellings_at_once_equal_spellings_alone() -> None:
    ratios = log_ratios(logits_of("-_h-e-y-_-c-a-t-_-", sure=3.0))
    spellings = [units_of(text, NAMES) for text in ("cat", "hey cat", "dog")]
    for together, units in zip(spot(ratios, spellings, NAMES), spellings, strict=True):
        alone = spot(ratios, [units], NAMES)[0]
        np.testing.assert_array_equal(together.score, alone.score)
        np.testing.assert_array_equal(together.start, alone.start)


def test_longest_units_are_taken_and_unknown_letters_refused() -> None:
    names = (BLANK, SPACE, "c", "a", "t", "at", f"{SPACE}cat")
    assert units_of("Cat at", names) == (6, 1, 5)  # the longest that begins with the word
    with pytest.raises(ValueError, match="cannot spell 'x'"):
        units_of("x", names)
    with pytest.raises(ValueError, match="no letter"):
        units_of("!", names)


def test_nothing_heard_is_nothing_found() -> None:
    assert peaks(spot(np.zeros((0, len(NAMES)), np.float32), [units_of("cat", NAMES)], NAMES)[0], -1e6) == []
