from __future__ import annotations

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.meeting.groups import grouped
from tests.unit.meeting.made import SIZE, voice

WHO = np.array([0, 1, 0, 2, 1, 0, 2, 0])
SIZES = np.array([2.0, 3.0, 1.0, 1.0, 2.0, 4.0, 1.0, 2.0])
TOGETHER = np.zeros((8, 8), bool)


def _tracks(spread: float = 0.3) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([unit(voice(int(who)) + spread * unit(rng.normal(size=SIZE))) for who in WHO])


def test_the_alike_are_one_and_the_longest_is_first() -> None:
    people = grouped(_tracks(), SIZES, TOGETHER, 0.5, usual=0.8, most=8)
    assert people.tolist() == WHO.tolist()


def test_who_is_heard_together_is_two_however_alike() -> None:
    together = TOGETHER.copy()
    together[0, 2] = together[2, 0] = True
    people = grouped(_tracks(0.0), SIZES, together, 0.5, usual=0.8, most=8)
    assert people[0] != people[2]
    assert len(set(people.tolist())) == 4


def test_two_apart_are_not_joined_through_a_third() -> None:
    together = np.zeros((3, 3), bool)
    together[0, 1] = together[1, 0] = True
    same = np.tile(voice(0), (3, 1))
    people = grouped(same, np.ones(3), together, 0.5, usual=0.8, most=8)
    assert people[0] != people[1]
    assert people[2] in people[:2]


@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_the_number_can_be_told(count: int) -> None:
    together = ~np.eye(8, dtype=bool)
    people = grouped(_tracks(), SIZES, together, 0.5, usual=0.8, fewest=count, most=count)
    assert sorted(set(people.tolist())) == list(range(count))


def test_little_speech_is_joined_sooner_than_much() -> None:
    one, two = np.zeros(4), np.zeros(4)
    one[0], two[0], two[1] = 1.0, 0.45, np.sqrt(1 - 0.45**2)
    both = np.stack([one, two])
    assert len(set(grouped(both, np.ones(2), TOGETHER[:2, :2], 0.6, usual=0.5, most=8))) == 1
    assert len(set(grouped(both, 50 * np.ones(2), TOGETHER[:2, :2], 0.6, usual=0.5, most=8))) == 2
