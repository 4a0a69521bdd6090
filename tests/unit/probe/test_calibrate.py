"""One factor makes probabilities of scores."""

from __future__ import annotations

import numpy as np
import pytest

from allears.probe.calibrate import fit_factor


def test_the_factor_undoes_a_scale() -> None:
    rng = np.random.default_rng(0)
    logits = 2 * rng.standard_normal((3000, 4))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    classes = (shares.cumsum(axis=1) > rng.uniform(size=(3000, 1))).argmax(axis=1)
    assert fit_factor(logits, classes) == pytest.approx(1.0, rel=0.12)
    assert fit_factor(logits / 50, classes) == pytest.approx(50.0, rel=0.12)


def test_no_mistake_on_few_clips_is_no_certainty() -> None:
    classes = np.repeat([0, 1], 5)
    scores = np.eye(2)[classes] * 3.0
    margin = 3.0 * fit_factor(scores, classes)
    assert 1 / (1 + np.exp(-margin)) == pytest.approx(6 / 7, abs=0.02)


def test_scores_that_say_nothing_give_equal_shares() -> None:
    rng = np.random.default_rng(0)
    assert fit_factor(rng.standard_normal((400, 3)), rng.integers(3, size=400)) < 0.2
