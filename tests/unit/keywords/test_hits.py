"""Of hits that overlap, the best stays."""

from __future__ import annotations

import numpy as np

from allears.keywords.hits import KeywordHit, Scores, peaks, strongest


def test_peaks_do_not_overlap() -> None:
    score = np.array([0, 0.2, 0.9, 0.8, 0, 0.5, 0.7, -np.inf])
    start = np.array([0, 0, 1, 1, 4, 4, 4, 5])
    assert peaks(Scores(score, start), 0.4) == [(1, 2, 0.9), (4, 6, 0.7)]
    assert peaks(Scores(score, start), 0.95) == []


def test_the_rarer_of_two_ways_stays_and_other_keywords_do() -> None:
    spelt = KeywordHit("a", 1.0, 1.5, -0.2, 0.01, "spelling")
    alike = KeywordHit("a", 1.1, 1.6, 0.8, 0.0001, "examples")
    later, other = KeywordHit("a", 2.0, 2.5, 0.7, 0.05, "examples"), KeywordHit("b", 1.2, 1.4, 0.7, 0.05, "examples")
    assert strongest([spelt, later, alike, other]) == (alike, other, later)
