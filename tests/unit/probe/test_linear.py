"""The four classifiers: each learns, and is what it is said to be."""

from __future__ import annotations

import numpy as np
import pytest

from allears.probe.linear import METHODS, STRENGTHS, fit_linear
from allears.probe.space import make_space
from tests.unit.probe.conftest import made_up


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("num_classes", [2, 3])
def test_each_learns_what_can_be_learnt(method: str, num_classes: int) -> None:
    features, classes = made_up(num_classes=num_classes)
    space = make_space(features, classes)
    linear = fit_linear(method, space, classes, STRENGTHS[method][0])
    assert linear.weights.shape == (27, num_classes) and linear.bias.shape == (num_classes,)
    assert (linear.scores(features.values).argmax(axis=1) == classes).all()


def test_ridge_solves_its_normal_equations() -> None:
    features, classes = made_up(per_class=4)
    space = make_space(features, classes)
    linear = fit_linear("ridge", space, classes, 0.05)
    targets = np.eye(3)[classes]
    x, count = space.x, len(classes)
    direct = np.linalg.solve(x.T @ x + 0.05 * count * np.eye(x.shape[1]), x.T @ (targets - targets.mean(axis=0)))
    np.testing.assert_allclose(linear.scores(features.values), x @ direct + targets.mean(axis=0), atol=1e-5)


def test_logistic_is_the_same_with_and_without_the_span() -> None:
    from sklearn.linear_model import LogisticRegression

    features, classes = made_up(per_class=4)
    space = make_space(features, classes)
    ours = fit_linear("logistic", space, classes, 10.0).scores(features.values)
    full = LogisticRegression(C=10.0, max_iter=1000, tol=1e-6).fit(space.x, classes).decision_function(space.x)
    np.testing.assert_allclose(ours, full, atol=0.05)


def test_lasso_keeps_or_drops_a_feature_for_all_classes() -> None:
    features, classes = made_up()
    linear = fit_linear("lasso", make_space(features, classes), classes, 0.4)
    is_kept = np.abs(linear.weights) > 0
    assert 0 < is_kept.any(axis=1).sum() < 13
    assert (is_kept.any(axis=1) == is_kept.all(axis=1)).all()


def test_an_unknown_method_names_those_there_are() -> None:
    features, classes = made_up()
    with pytest.raises(ValueError, match="'tree': take one of ridge, logistic, svm, lasso"):
        fit_linear("tree", make_space(features, classes), classes, 1.0)
