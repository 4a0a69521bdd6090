from pathlib import Path

import numpy as np
import pytest
from common.trials import draw, error, pool

from allears.data.manifest import Clip

CLIPS = [
    Clip(id=f"{speaker}{i}", audio=Path("x"), labels={"speaker": speaker, "gender": gender})
    for speaker, gender in (("ann", "female"), ("bea", "female"), ("cid", "male"))
    for i in range(4)
]


def test_all_pairs_where_there_are_few() -> None:
    trials = draw(CLIPS, 1000, seed=0)
    assert (trials.is_same.sum(), (~trials.is_same).sum()) == (3 * 6, 3 * 16)
    for i, j, is_same in zip(trials.first, trials.second, trials.is_same, strict=True):
        assert (trials.speakers[i] == trials.speakers[j]) == is_same


def test_same_gender_pairs_only() -> None:
    trials = draw(CLIPS, 1000, seed=0, same_gender=True)
    assert (~trials.is_same).sum() == 16


def test_a_seed_draws_the_same_pairs_once_each() -> None:
    one, two = draw(CLIPS, 10, seed=1), draw(CLIPS, 10, seed=1)
    assert np.array_equal(one.first, two.first)
    assert len(set(zip(one.first.tolist(), one.second.tolist(), strict=True))) == 20


def test_perfect_and_useless_voices() -> None:
    trials = draw(CLIPS, 1000, seed=0)
    perfect = np.repeat(np.eye(3), 4, axis=0)
    assert error(trials, trials.scores(perfect), seed=0).value == 0.0
    assert error(trials, trials.scores(np.ones((12, 3))), seed=0).value == pytest.approx(0.5)


def test_a_clip_without_a_voice_is_like_nobody() -> None:
    voices = np.repeat(np.eye(3), 4, axis=0)
    voices[0] = 0
    scores = draw(CLIPS, 1000, seed=0).scores(voices)
    assert np.isfinite(scores).all()


def test_sets_are_pooled_without_new_pairs() -> None:
    one, two = draw(CLIPS, 1000, seed=0), draw(CLIPS[:8], 5, seed=3)
    both = pool([one, two])
    assert len(both.is_same) == len(one.is_same) + len(two.is_same)
    assert len(set(both.speakers)) == 5, "the same name in two sets is two people"
    rng = np.random.default_rng(0)
    voices, others = rng.normal(size=(12, 3)), rng.normal(size=(8, 3))
    scores = np.concatenate([one.scores(voices), two.scores(others)])
    np.testing.assert_allclose(both.scores(np.concatenate([voices, others])), scores)
