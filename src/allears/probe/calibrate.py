"""Scores whose softmax is a probability: one factor for all of them, the inverse of a temperature.

In: scores of clips that were not learnt from. Out: the factor a that makes their truth likeliest,

    a = argmin_a -mean_n sum_c t_nc log softmax(a s_n)_c

(Guo et al. 2017, "On calibration of modern neural networks").

Ours differs: the targets t are (k + 1) / (k + 2) for the truth of a class with k clips, and the rest shared by the
others (Platt 1999), so that a classifier that makes no mistake on few clips is not taken to be certain.

Letters: N clips, C classes.
"""

from __future__ import annotations

import numpy as np

__all__ = ["fit_factor"]

_FACTORS = np.geomspace(0.01, 1000.0, 241)  # 5 % apart: finer than a few clips can tell


def fit_factor(scores: np.ndarray, classes: np.ndarray) -> float:
    """What to multiply scores (N, C) with, of clips whose classes are (N,)."""
    count = scores.shape[1]
    sure = (np.bincount(classes, minlength=count)[classes] + 1.0) / (
        np.bincount(classes, minlength=count)[classes] + 2.0
    )
    targets = np.repeat((1.0 - sure)[:, None] / (count - 1), count, axis=1)
    targets[np.arange(len(classes)), classes] = sure
    losses = [-np.mean(np.sum(targets * _log_softmax(scores * factor), axis=1)) for factor in _FACTORS]
    return float(_FACTORS[int(np.argmin(losses))])


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    moved = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))
