"""Gains against the published formula and against scipy's own intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from allears.report.gains import gain_of, interval, mean_gain


def test_delta_m_is_that_of_the_paper() -> None:
    """Maninis et al. 2019: 1/T sum_i (-1)^{l_i} (M_m - M_b) / M_b."""
    joint, single, lower = [0.82, 0.11, 0.6], [0.80, 0.10, 0.75], [0, 1, 0]
    expected = np.mean([(-1) ** low * (m - b) / b for m, b, low in zip(joint, single, lower, strict=True)])
    gains = [
        gain_of(str(i), "m", {0: m}, {0: b}, is_higher_better=not low)
        for i, (m, b, low) in enumerate(zip(joint, single, lower, strict=True))
    ]
    found = mean_gain(gains)
    assert found is not None
    assert found.mean == pytest.approx(expected)
    assert found.verdict == "one seed"


def test_same_seeds_are_compared_in_pairs() -> None:
    joint, twin = {0: 0.80, 1: 0.70, 2: 0.90}, {0: 0.76, 1: 0.67, 2: 0.85}
    gain = gain_of("a", "accuracy", joint, twin, is_higher_better=True)
    shares = [(joint[s] - twin[s]) / twin[s] for s in joint]
    low, high = stats.ttest_1samp(shares, 0.0).confidence_interval(0.95)
    assert gain.relative is not None
    assert (gain.relative.low, gain.relative.high) == pytest.approx((low, high))
    assert gain.relative.verdict == "better"  # although the values of the two sides overlap widely


def test_other_seeds_are_compared_as_welch_does() -> None:
    joint, twin = {0: 0.5, 1: 0.6, 2: 0.55}, {7: 0.9, 8: 0.85}
    gain = gain_of("a", "accuracy", joint, twin, is_higher_better=True)
    found = stats.ttest_ind(list(joint.values()), list(twin.values()), equal_var=False).confidence_interval(0.95)
    assert gain.relative is not None
    assert (gain.relative.low, gain.relative.high) == pytest.approx((found.low / 0.875, found.high / 0.875))
    assert gain.relative.verdict == "worse"
    assert not gain.by_seed


def test_a_single_common_seed_is_compared_alone() -> None:
    gain = gain_of("a", "accuracy", {0: 0.9, 1: 0.1}, {0: 0.8}, is_higher_better=True)
    assert gain.relative is not None
    assert gain.relative.mean == pytest.approx(0.1 / 0.8)
    assert gain.relative.verdict == "one seed"


def test_lower_is_better_turns_the_sign() -> None:
    gain = gain_of("a", "eer", {0: 0.1, 1: 0.11}, {0: 0.2, 1: 0.21}, is_higher_better=False)
    assert gain.relative is not None
    assert gain.relative.mean == pytest.approx((0.1 / 0.2 + 0.1 / 0.21) / 2)
    assert gain.relative.verdict == "better"


def test_a_baseline_of_zero_has_no_relative_gain() -> None:
    gain = gain_of("a", "errors", {0: 0.1}, {0: 0.0}, is_higher_better=False)
    assert gain.relative is None
    assert mean_gain([gain]) is None


def test_mean_gain_has_an_interval_over_common_seeds() -> None:
    gains = [
        gain_of("a", "m", {0: 1.1, 1: 1.2}, {0: 1.0, 1: 1.0}, is_higher_better=True),
        gain_of("b", "m", {0: 0.9, 1: 1.0, 2: 5.0}, {0: 1.0, 1: 1.0, 2: 1.0}, is_higher_better=True),
    ]
    found = mean_gain(gains)
    assert found is not None
    expected = interval([0.0, 0.1])
    assert (found.mean, found.low, found.high) == pytest.approx((expected.mean, expected.low, expected.high))


def test_one_value_has_no_interval() -> None:
    assert interval([0.3]).low is None
    assert interval([0.3, 0.3]).verdict == "better"
