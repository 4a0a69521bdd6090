"""The space of a few clips: which blocks count, and the way back to features as they come."""

from __future__ import annotations

import numpy as np
import pytest

from allears.probe.features import Features
from allears.probe.space import make_space
from tests.unit.probe.conftest import BLOCKS, made_up


@pytest.mark.parametrize("told_by", [0, 1])
def test_the_block_that_tells_the_classes_apart_has_the_most_weight(told_by: int) -> None:
    space = make_space(*made_up(told_by=told_by))
    assert sum(space.shares.values()) == pytest.approx(1.0)
    assert max(space.shares, key=lambda name: space.shares[name]) == f"layer {told_by}"


def test_where_nothing_tells_them_apart_all_blocks_count_the_same() -> None:
    features, classes = made_up()
    alike = Features(np.zeros_like(features.values), BLOCKS)
    space = make_space(alike, classes)
    assert set(space.shares.values()) == {1 / 3}
    assert np.isfinite(space.coordinates).all() and np.isfinite(space.linear(space.x[:1].T, np.zeros(1)).weights).all()


def test_coordinates_keep_lengths_and_angles() -> None:
    space = make_space(*made_up(per_class=3))
    np.testing.assert_allclose(space.coordinates @ space.coordinates.T, space.x @ space.x.T, atol=1e-9)
    np.testing.assert_allclose(space.x @ space.directions, space.coordinates, atol=1e-9)


def test_a_classifier_of_the_space_says_the_same_of_features() -> None:
    features, classes = made_up()
    space = make_space(features, classes)
    weights = np.random.default_rng(1).standard_normal((space.x.shape[1], 3))
    linear = space.linear(weights, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(linear.scores(features.values), space.x @ weights + [1.0, 2.0, 3.0], atol=1e-5)


def test_means_are_measured_in_spreads_of_frames() -> None:
    features, classes = made_up()
    loud = features.values.copy()
    loud[:, 0] *= 100.0  # one dimension of layer 0 ...
    loud[:, 6] += np.log(100.0)  # ... spreads 100 times as much within a clip
    plain, scaled = make_space(features, classes), make_space(Features(loud, BLOCKS), classes)
    np.testing.assert_allclose(plain.x, scaled.x, atol=1e-4)
