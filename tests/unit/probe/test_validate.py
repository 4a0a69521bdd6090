"""Nested cross-validation: it sees chance as chance, and learnt as learnt."""

from __future__ import annotations

import numpy as np
import pytest

from allears.probe.linear import METHODS, STRENGTHS
from allears.probe.validate import Validation, balanced_accuracy, choose_strengths, validate
from tests.unit.probe.conftest import made_up


def test_what_can_be_told_apart_is() -> None:
    features, classes = made_up(per_class=5)
    found = validate(features, classes, None, METHODS)
    assert [one.method for one in found] == list(METHODS)
    for one in found:
        assert one.accuracy > 0.8, one.method
        assert one.confusion.sum() == 15 and one.confusion.trace() == round(15 * one.accuracy)


def test_labels_by_chance_are_not_learnt() -> None:
    features, classes = made_up(per_class=20)
    shuffled = np.random.default_rng(3).permutation(classes)
    (ridge,) = validate(features, shuffled, None, ["ridge"])
    assert ridge.accuracy < 0.55


def test_a_mark_of_the_speaker_does_not_help_with_other_speakers() -> None:
    features, speakers = made_up(per_class=10, num_classes=4)
    classes = (speakers + np.arange(40) % 2 * 0) % 2  # two speakers say 0 alone, two say 1 alone
    (mixed,) = validate(features, classes, None, ["ridge"])
    (apart,) = validate(features, classes, speakers, ["ridge"])
    assert mixed.accuracy > 0.9 > apart.accuracy


def test_too_few_clips_take_the_usual_strength() -> None:
    features, classes = made_up(per_class=1)
    assert choose_strengths(features, classes, None, ["svm"]) == {"svm": STRENGTHS["svm"][0]}


def test_accuracies_by_hand() -> None:
    classes = np.array([0, 0, 0, 1])
    scores = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    one = Validation("ridge", classes, scores, (np.array([0, 1]), np.array([2, 3])))
    assert one.accuracy == 0.75 and one.accuracy_sd == pytest.approx(0.25)
    assert one.balanced_accuracy == balanced_accuracy(classes, scores) == pytest.approx((2 / 3 + 1) / 2)
    assert one.confusion.tolist() == [[2, 1], [0, 1]]
