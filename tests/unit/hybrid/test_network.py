"""The network that scores states."""

from __future__ import annotations

import numpy as np
import pytest

from allears.hybrid.network import Network

pytest.importorskip("sklearn")


def test_it_learns_and_divides_by_how_frequent_a_state_is() -> None:
    rng = np.random.default_rng(0)
    states = np.repeat([0, 1, 2], [500, 300, 200])
    frames = (rng.normal(0, 0.3, (1_000, 3)) + np.eye(3)[states] * 3).astype(np.float32)
    network = Network.train(frames, states, 4, num_hidden=16, num_epochs=60, seed=0)
    found = network.log_likelihood(frames)
    assert found.shape == (1_000, 4)
    posterior = np.exp(found + network.log_prior)
    assert (posterior.argmax(axis=1) == states).mean() > 0.97
    np.testing.assert_allclose(posterior.sum(axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(np.exp(network.log_prior), np.array([525, 325, 225, 25]) / 1_100, rtol=1e-5)


def test_it_is_what_scikit_learn_says() -> None:
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(1)
    frames, states = rng.normal(0, 1, (40, 3)).astype(np.float32), np.arange(40) % 3
    network = Network.train(frames, states, 3, num_hidden=4, num_epochs=2, seed=0)
    x = ((frames - network.mean) / network.scale).astype(np.float32)
    theirs = MLPClassifier((4,), batch_size=40, random_state=0)
    for _ in range(2):
        theirs.partial_fit(x, states, classes=[0, 1, 2])
    found = network.log_likelihood(frames) + network.log_prior
    np.testing.assert_allclose(found, theirs.predict_log_proba(x), atol=1e-3)
