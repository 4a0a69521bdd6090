import numpy as np
import pytest
from common.stats import Spread, auc, bootstrap, equal_error, quartiles
from sklearn.metrics import roc_auc_score


def test_auc_is_that_of_scikit_learn_with_ties_and_weights() -> None:
    rng = np.random.default_rng(0)
    labels = rng.random(500) < 0.3
    scores = np.round(labels * 0.8 + rng.normal(size=500), 1)
    weights = rng.integers(0, 4, 500)
    assert auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert auc(scores, labels, weights) == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights))


def test_auc_of_constant_scores_is_one_half() -> None:
    assert auc(np.zeros(10), np.arange(10) < 4) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("scores", "labels", "rate"),
    [
        ([4, 3, 2, 1], [1, 1, 0, 0], 0.0),
        ([1, 2, 3, 4], [1, 1, 0, 0], 1.0),
        ([4, 3, 2, 1], [1, 0, 1, 0], 0.5),
        ([0, 0, 0, 0], [1, 0, 1, 0], 0.5),
    ],
)
def test_equal_error_by_hand(scores: list[float], labels: list[int], rate: float) -> None:
    assert equal_error(np.array(scores, float), np.array(labels, bool)) == pytest.approx(rate)


def test_equal_error_of_two_normals_is_the_known_one() -> None:
    rng = np.random.default_rng(1)
    scores = np.concatenate([rng.normal(1, 1, 40_000), rng.normal(-1, 1, 10_000)])
    assert equal_error(scores, np.arange(50_000) < 40_000) == pytest.approx(0.1587, abs=0.005)  # Phi(-1)


def test_one_kind_alone_gives_no_number() -> None:
    assert np.isnan(equal_error(np.array([1.0, 2.0]), np.array([True, True])))
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True])))


def test_bootstrap_of_a_mean_has_the_textbook_width() -> None:
    values = np.random.default_rng(2).normal(5, 2, 400)
    spread = bootstrap(lambda w: float(values @ w / w.sum()), 400, seed=0)
    assert spread.value == pytest.approx(values.mean())
    assert spread.high - spread.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert spread == bootstrap(lambda w: float(values @ w / w.sum()), 400, seed=0)


def test_texts() -> None:
    assert Spread(0.12, 0.101, 0.142).percent() == "12.0 (10.1 to 14.2)"
    assert quartiles([1, 2, 3, 4, 5]) == Spread(3.0, 2.0, 4.0)
