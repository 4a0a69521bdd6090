"""Rates from plain arrays agree with scikit-learn's, and with what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allears.scoring.rates import area_under_curve, equal_error, text_error


@pytest.mark.parametrize("digits", [1, 8])
def test_they_are_those_of_scikit_learn(digits: int) -> None:
    """With one digit, many scores are equal."""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    is_true = rng.random(200) < 0.3
    scores = np.round(rng.normal(is_true, 1.0), digits)
    assert area_under_curve(scores, is_true) == pytest.approx(metrics.roc_auc_score(is_true, scores))
    accepts, hits, _ = metrics.roc_curve(is_true, scores)
    assert equal_error(scores, is_true) == pytest.approx(np.interp(0.0, accepts + hits - 1.0, accepts))


def test_one_kind_alone_gives_nothing() -> None:
    assert area_under_curve(np.ones(3), np.ones(3, bool)) is None
    assert equal_error(np.ones(3), np.zeros(3, bool)) is None


def test_texts() -> None:
    pytest.importorskip("jiwer", reason="needs the extra `train`")
    assert text_error(["one two three four"], ["one too three four"], "wer") == 0.25
    assert text_error(["ab"], ["ac"], "cer") == 0.5
    assert text_error([], [], "wer") is None
