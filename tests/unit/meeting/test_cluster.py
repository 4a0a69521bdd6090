from __future__ import annotations

import numpy as np

from allears.decode.embedding import unit
from allears.meeting.cluster import agglomerate, cluster_means, merge_alike
from tests.unit.meeting.made import SIZE, voice


def _vectors(who: np.ndarray, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return unit(np.stack([voice(int(w)) for w in who]) + 0.5 * unit(rng.normal(size=(len(who), SIZE))))


def test_two_voices_are_two_clusters_numbered_as_they_come() -> None:
    who = np.array([7, 7, 3, 7, 3, 3])
    assert agglomerate(_vectors(who), 0.45).tolist() == [0, 0, 1, 0, 1, 1]


def test_linkage_is_the_mean_over_all_pairs() -> None:
    vectors = _vectors(np.array([1, 1, 1, 2, 2]))
    means, _ = cluster_means(vectors, np.array([0, 0, 0, 1, 1]))
    pairs = (vectors[:3] @ vectors[3:].T).mean()
    assert np.isclose(means[0] @ means[1], pairs)
    assert len(set(agglomerate(vectors, pairs - 0.01).tolist())) == 1
    assert len(set(agglomerate(vectors, pairs + 0.01).tolist())) == 2


def test_a_number_of_clusters_is_kept_to() -> None:
    vectors = _vectors(np.array([1, 2, 3, 1, 2, 3]))
    assert len(set(agglomerate(vectors, 0.45, num_clusters=2).tolist())) == 2
    assert len(set(agglomerate(vectors, -1.0, num_clusters=3).tolist())) == 3


def test_a_long_meeting_gives_the_same_voices_block_by_block() -> None:
    who = np.random.default_rng(0).integers(0, 4, size=1000)
    labels = agglomerate(_vectors(who), 0.45)
    pairs = set(zip(who.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == 4
    assert len(set(labels.tolist())) == 4


def test_one_vector_is_one_cluster() -> None:
    assert agglomerate(voice(1)[None], 0.5).tolist() == [0]


def test_means_that_point_the_same_way_are_one() -> None:
    means, sizes = np.stack([voice(1), 2 * voice(1), voice(2)]), np.array([1.0, 3.0, 2.0])
    merged, left = merge_alike(means, sizes, 0.7, most=8)
    assert left.tolist() == [4.0, 2.0]
    assert np.allclose(unit(merged), np.stack([voice(1), voice(2)]))


def test_merging_keeps_between_fewest_and_most() -> None:
    means, sizes = np.stack([voice(1), voice(1), voice(2), voice(3)]), np.ones(4)
    assert len(merge_alike(means, sizes, 0.7, fewest=4, most=8)[0]) == 4
    assert len(merge_alike(means, sizes, 0.7, most=2)[0]) == 2


def test_small_clusters_of_one_voice_may_be_less_alike() -> None:
    rng = np.random.default_rng(3)
    noise = unit(rng.normal(size=(2, SIZE)))
    means = unit(np.stack([voice(1), voice(1)]) + 0.75 * noise)  # cosine about 0.64
    few, many = np.full(2, 1.0), np.full(2, 50.0)
    assert len(merge_alike(means, few, 0.8, usual=0.6, most=8)[0]) == 1
    assert len(merge_alike(means, many, 0.8, usual=0.6, most=8)[0]) == 2
    assert len(merge_alike(np.stack([voice(1), voice(2)]), few, 0.8, usual=0.6, most=8)[0]) == 2
