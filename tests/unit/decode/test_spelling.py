"""Scores a frame become units, and units become words.

Letters: T frames, C units.
"""

import numpy as np
import pytest

from allears.decode.spelling import SPACE, join, read_best_path, unfold, words_of

NAMES = ("", SPACE, "a", "b")


def scores(*best: int, sure: float = 9.0) -> np.ndarray:
    """(T, C) logits whose likeliest units are these."""
    return sure * np.eye(len(NAMES))[list(best)]


def test_a_unit_is_said_once_until_another_or_the_blank_comes() -> None:
    said = read_best_path(scores(0, 2, 2, 0, 2, 3, 3, 0), 0.5, 10.0)
    assert [(one.unit, one.start_s, one.end_s) for one in said] == [(2, 10.5, 11.5), (2, 12.0, 12.5), (3, 12.5, 13.5)]


def test_the_log_probability_is_that_of_the_softmax() -> None:
    (said,) = read_best_path(np.array([[0.0, 0.0, np.log(6.0), 0.0], [0.0, 0.0, np.log(2.0), -np.inf]]), 1.0)
    assert said.logprob == pytest.approx((np.log(6 / 9) + np.log(2 / 4)) / 2)


def test_words_begin_at_spaces_and_at_pieces_that_hold_one() -> None:
    said = read_best_path(scores(2, 1, 3, 2, 1), 1.0)
    assert join(said, NAMES) == "a ba"
    assert [(word.text, word.start_s, word.end_s) for word in words_of(said, NAMES)] == [("a", 0, 1), ("ba", 2, 4)]
    pieces = ("", f"{SPACE}a", "b", f"{SPACE}c")
    assert [word.text for word in words_of(read_best_path(scores(1, 2, 3), 1.0), pieces)] == ["ab", "c"]


def test_nothing_said() -> None:
    assert read_best_path(np.zeros((0, 4)), 1.0) == read_best_path(scores(0, 0), 1.0) == []
    assert words_of([], NAMES) == ()


def test_a_frame_may_be_spelt_in_parts() -> None:
    assert unfold(np.arange(16.0).reshape(2, 8), 4)[1].tolist() == [4, 5, 6, 7]
    with pytest.raises(ValueError, match="gives 7 outputs for 4 units"):
        unfold(np.zeros((2, 7)), 4)
