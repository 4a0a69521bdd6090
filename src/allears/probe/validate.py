"""How well a method does on clips it has not seen: nested cross-validation.

In: features, classes, speakers. Out: scores of each clip by a classifier that never heard it (nor its speaker). Within
each training part a second cross-validation chooses the strength, so that the choice is not made on what is measured.

Letters: N clips, C classes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.probe.features import Features
from allears.probe.folds import make_folds
from allears.probe.linear import STRENGTHS, fit_linear
from allears.probe.space import make_space

__all__ = ["Validation", "balanced_accuracy", "choose_strengths", "validate"]

log = logging.getLogger(__name__)

_OUTER, _INNER = 5, 3  # folds at most


@dataclass(frozen=True)
class Validation:
    """What one method made of clips it had not seen.

    Attributes:
        method: its name.
        classes: (N,) the truth.
        scores: (N, C).
        folds: indices of each fold.
    """

    method: str
    classes: np.ndarray
    scores: np.ndarray
    folds: tuple[np.ndarray, ...]

    @property
    def is_right(self) -> np.ndarray:
        """(N,)."""
        return np.asarray(self.scores.argmax(axis=1) == self.classes)

    @property
    def accuracy(self) -> float:
        """Share of the clips."""
        return float(self.is_right.mean())

    @property
    def accuracy_sd(self) -> float:
        """Standard deviation of the accuracy over the folds."""
        return float(np.std([self.is_right[fold].mean() for fold in self.folds]))

    @property
    def balanced_accuracy(self) -> float:
        """Mean share over the classes."""
        return balanced_accuracy(self.classes, self.scores)

    @property
    def confusion(self) -> np.ndarray:
        """(C, C) counts; rows are the truth."""
        found = np.zeros(2 * (self.scores.shape[1],), int)
        np.add.at(found, (self.classes, self.scores.argmax(axis=1)), 1)
        return found


def validate(
    features: Features, classes: np.ndarray, speakers: np.ndarray | None, methods: Sequence[str]
) -> tuple[Validation, ...]:
    """Each method in turn, on the same folds.

    Raises:
        ValueError: the clips of a class cannot be told apart by speaker so that some of it always remain.
    """
    folds = make_folds(classes, speakers, _OUTER)
    if not folds:
        raise ValueError(
            "no way to hold speakers out leaves every class in what is learnt from: record more speakers of each "
            "class, or say --same-voices if the same people will be heard later"
        )
    scores = {method: np.zeros((len(classes), classes.max() + 1)) for method in methods}
    for fold in folds:
        rest = np.delete(np.arange(len(classes)), fold)
        known, truth = features.take(rest), classes[rest]
        strengths = choose_strengths(known, truth, None if speakers is None else speakers[rest], methods)
        space = make_space(known, truth)
        for method in methods:
            linear = fit_linear(method, space, truth, strengths[method])
            scores[method][fold] = linear.scores(features.values[fold])
    return tuple(Validation(method, classes, scores[method], tuple(folds)) for method in methods)


def choose_strengths(
    features: Features, classes: np.ndarray, speakers: np.ndarray | None, methods: Sequence[str]
) -> Mapping[str, float]:
    """The strength of each method with the best balanced accuracy in cross-validation, the more usual one of equals."""
    folds = make_folds(classes, speakers, _INNER)
    if not folds:
        log.info("too few clips to choose a strength by cross-validation: the usual ones are used")
        return {method: STRENGTHS[method][0] for method in methods}
    found = {(method, strength): np.zeros((len(classes), classes.max() + 1))
             for method in methods for strength in STRENGTHS[method]}  # fmt: skip
    for fold in folds:
        rest = np.delete(np.arange(len(classes)), fold)
        space = make_space(features.take(rest), classes[rest])
        for (method, strength), scores in found.items():
            scores[fold] = fit_linear(method, space, classes[rest], strength).scores(features.values[fold])
    right = {which: balanced_accuracy(classes, scores) for which, scores in found.items()}
    return {method: max((right[method, one], -at, one) for at, one in enumerate(STRENGTHS[method]))[2]
            for method in methods}  # fmt: skip


def balanced_accuracy(classes: np.ndarray, scores: np.ndarray) -> float:
    """Mean over the classes of the share of their clips that scores (N, C) get right."""
    is_right = scores.argmax(axis=1) == classes
    return float(np.mean([is_right[classes == one].mean() for one in np.unique(classes)]))
