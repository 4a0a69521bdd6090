"""Folds: every class stays among those learnt from, no voice is on both sides, too little is said plainly."""

from __future__ import annotations

import numpy as np
import pytest

from allears.probe.folds import check_counts, make_folds


def test_every_clip_is_held_out_once_and_every_class_stays() -> None:
    classes = np.array([0] * 3 + [1] * 7 + [2] * 4)
    folds = make_folds(classes, None, 5)
    assert len(folds) == 3, "no more than the smallest class has clips"
    assert sorted(np.concatenate(folds)) == list(range(14))
    for fold in folds:
        assert set(np.delete(classes, fold)) == {0, 1, 2}


def test_no_speaker_is_on_both_sides() -> None:
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(6), 6)
    classes = rng.permuted(np.tile([0, 1, 2], (6, 2)), axis=1).reshape(-1)
    folds = make_folds(classes, speakers, 5)
    assert sorted(np.concatenate(folds)) == list(range(36))
    for fold in folds:
        assert not set(speakers[fold]) & set(np.delete(speakers, fold))


def test_no_fold_where_a_class_would_be_gone() -> None:
    assert make_folds(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 5) == []


@pytest.mark.parametrize(
    ("labels", "speakers", "message"),
    [
        (["a"] * 5, None, r"1 class\(es\), a"),
        (["a"] * 5 + ["b"] * 2, None, "needs 3 clips of each class or more .* b has 2"),
        (["a", "a", "b", "b"] * 2, ["x", "y", "x", "x"] * 2, "b of 2 classes are spoken by one speaker"),
    ],
)
def test_too_little_is_told(labels: list[str], speakers: list[str] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_counts(labels, speakers, "label")
