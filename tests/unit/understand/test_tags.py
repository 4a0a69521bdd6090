from __future__ import annotations

import itertools

import numpy as np
import pytest

from allears.understand.tags import Stretch, allowed_after, spans_of, viterbi

TAGS = ("O", "B-city", "I-city", "B-day", "I-day")


def _makes_sense(path: tuple[int, ...]) -> bool:
    names = [TAGS[i] for i in path]
    pairs = itertools.pairwise(["O", *names])
    return all(not b.startswith("I-") or a[2:] == b[2:] for a, b in pairs)


@pytest.mark.parametrize("seed", range(20))
def test_viterbi_finds_what_trying_all_finds(seed: int) -> None:
    scores = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(TAGS)), 4))
    paths = [p for p in itertools.product(range(len(TAGS)), repeat=4) if _makes_sense(p)]
    best = max(paths, key=lambda p: sum(scores[i, t] for i, t in enumerate(p)))
    assert viterbi(scores, allowed_after(TAGS)) == list(best)


def test_tags_that_may_not_come_do_not() -> None:
    scores = np.log([[0.1, 0.1, 0.1, 0.6, 0.1], [0.1, 0.1, 0.1, 0.1, 0.6]])
    may = np.array([True, True, True, False, False])
    assert not {3, 4} & set(viterbi(scores, allowed_after(TAGS), may))


def test_no_words_no_tags() -> None:
    assert viterbi(np.zeros((0, 5)), allowed_after(TAGS)) == []


def test_values_are_stretches_of_words() -> None:
    tags = ["O", "B-city", "I-city", "B-city", "O", "I-day", "I-city"]
    assert spans_of(tags) == [
        Stretch("city", 1, 3),
        Stretch("city", 3, 4),
        Stretch("day", 5, 6),
        Stretch("city", 6, 7),
    ]
