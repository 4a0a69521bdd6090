"""Bell curves of states."""

from __future__ import annotations

import numpy as np
import pytest

from allears.hybrid.gaussians import Gaussians


def test_means_are_those_of_the_frames_of_each_state() -> None:
    rng = np.random.default_rng(0)
    states = np.repeat([0, 2], 5_000)
    frames = rng.normal(0, 1, (10_000, 2)) * [1.0, 2.0] + np.where(states == 2, 3.0, -3.0)[:, None]
    found = Gaussians.fit(frames, states, 3)
    np.testing.assert_allclose(found.means[[0, 2]], [[-3, -3], [3, 3]], atol=0.1)
    np.testing.assert_allclose(found.variances[[0, 2]], [[1, 4], [1, 4]], rtol=0.1)
    np.testing.assert_allclose(found.means[1], frames.mean(axis=0), atol=1e-9)  # no frame: average sound


def test_the_likelihood_is_that_of_the_normal_distribution() -> None:
    stats = pytest.importorskip("scipy.stats")
    bells = Gaussians(np.array([[0.0, 1.0], [2.0, -1.0]]), np.array([[1.0, 2.0], [0.5, 0.1]]))
    frames = np.random.default_rng(1).normal(0, 1, (4, 2))
    expected = [
        [stats.norm.logpdf(frame, m, np.sqrt(v)).sum() for m, v in zip(bells.means, bells.variances, strict=True)]
        for frame in frames
    ]
    np.testing.assert_allclose(bells.log_likelihood(frames), expected, rtol=1e-9)
