"""Four linear classifiers of few clips and many features, each ending as one matrix.

In: the `Space` of clips, and their classes (N,). Out: `Linear`.

    ridge      least squares on one-hot targets + a |W|^2                  Hoerl and Kennard 1970
    logistic   maximum entropy: multinomial cross-entropy + |W|^2 / 2C     Berger et al. 1996
    lasso      least squares on one-hot targets + a sum_f |W_f|, a row a feature: a feature is kept for all classes or
               for none (multi-task lasso, Obozinski et al. 2010)
    svm        squared hinge, one class against the rest, + |W|^2 / 2C     Fan et al. 2008 (LIBLINEAR)

The penalty |W|^2 leaves W in the span of the N clips, so those three are fitted on the clips' coordinates in it: exact,
and hardly slower for many features. The lasso's penalty does not; it is fitted on the `_MOST` features that tell the
classes apart best, one by one (sure independence screening by the F statistic, Fan and Lv 2008).

Letters: N clips, F features, C classes, R coordinates.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from allears.probe.space import Linear, Space

__all__ = ["METHODS", "STRENGTHS", "check_method", "fit_linear"]

STRENGTHS: Mapping[str, tuple[float, ...]] = {
    "ridge": (0.003, 0.0003, 0.03, 0.3),  # a / N
    "logistic": (100.0, 1000.0, 10.0, 1.0),  # C
    "svm": (10.0, 1.0, 100.0, 0.1),  # C
    "lasso": (0.2, 0.1, 0.4, 0.05),  # a, of the a at which every weight is 0
}
"""Method -> strengths to choose from, the usual one first. Of methods that do as well, the first is taken."""
METHODS = tuple(STRENGTHS)

_MOST = 256  # features that the lasso gets to see


def check_method(method: str) -> str:
    """The method, if there is such a one.

    Raises:
        ValueError: there is none.
    """
    if method not in METHODS:
        raise ValueError(f"there is no method {method!r}: take one of {', '.join(METHODS)}, or auto for the best")
    return method


def fit_linear(method: str, space: Space, classes: np.ndarray, strength: float) -> Linear:
    """A classifier; each of the classes 0 to C - 1 has to be there."""
    if check_method(method) == "lasso":
        return space.linear(*_lasso(space.x, classes, strength))
    weights, bias = _in_span(method, space.coordinates, classes, strength)
    return space.linear(space.directions @ weights, bias)


def _in_span(method: str, z: np.ndarray, classes: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (R, C) and bias (C,) of coordinates z (N, R), whose mean is 0 and whose columns are orthogonal."""
    if method == "ridge":
        targets = _one_hot(classes)
        mean = targets.mean(axis=0)
        return z.T @ (targets - mean) / (np.square(z).sum(axis=0) + strength * len(z))[:, None], mean
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if method == "logistic":
        model = _quietly(LogisticRegression(C=strength, max_iter=300), z, classes)
    else:
        model = _quietly(LinearSVC(C=strength, max_iter=5000, tol=1e-3, random_state=0), z, classes)
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two classes have one boundary: half of the score to each side
        return np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias


def _lasso(x: np.ndarray, classes: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (F, C), most rows 0, and bias (C,) of x (N, F)."""
    from sklearn.linear_model import MultiTaskLasso

    targets = _one_hot(classes)
    kept = np.argsort(-_explained(x, targets), kind="stable")[:_MOST]
    z = x[:, kept]
    largest = np.linalg.norm(z.T @ (targets - targets.mean(axis=0)), axis=1).max() / len(z)
    model = _quietly(MultiTaskLasso(alpha=strength * largest, max_iter=300, tol=1e-3), z, targets)
    weights = np.zeros((x.shape[1], targets.shape[1]))
    weights[kept] = model.coef_.T
    return weights, model.intercept_


def _explained(x: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Share of the variance of each column of x (N, F), whose mean is 0, that the classes explain: it rises with F."""
    between = (np.square(targets.T @ x) / targets.sum(axis=0)[:, None]).sum(axis=0)
    total = np.square(x).sum(axis=0)
    return np.asarray(np.divide(between, total, out=np.zeros_like(total), where=total > 0))


def _one_hot(classes: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(classes.max() + 1)[classes])


def _quietly(model: Any, x: np.ndarray, y: np.ndarray) -> Any:
    """Fit without a word about iterations: what cross-validation says of the result counts."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)
