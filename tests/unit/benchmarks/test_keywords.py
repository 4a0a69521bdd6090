"""The numbers of the keyword benchmark, and the line that ships."""

from __future__ import annotations

import numpy as np
import pytest
from keyword_background import line_of
from keywords import _in_noise, _level, _miss

from allears.keywords import Tail


def test_a_miss_is_a_positive_no_higher_than_the_first_negative_that_is_not_allowed() -> None:
    negatives = [0.9, 0.8, 0.7]
    assert _miss([0.95, 0.85, 0.75, 0.65], negatives, hours=5.0) == {"at_rate": 0.75, "at_none": 0.75}
    assert _miss([0.95, 0.85, 0.75, 0.65], negatives, hours=10.0) == {"at_rate": 0.5, "at_none": 0.75}


def test_noise_has_the_level_asked_for() -> None:
    rng = np.random.default_rng(0)
    speech = np.where(np.arange(32_000) < 16_000, rng.standard_normal(32_000), 0).astype(np.float32)
    noise = _in_noise(speech, rng.standard_normal(8_000).astype(np.float32), 10.0) - speech
    assert 20 * np.log10(_level(speech) / np.sqrt(np.mean(noise**2))) == pytest.approx(10.0, abs=0.1)


def test_the_line_lies_a_spread_above_the_keywords() -> None:
    sizes, off = (10, 20, 40, 80), (0.01, -0.01, -0.01, 0.01)
    tails = [(n, Tail(0.9 - 0.05 * float(np.log(n)) + d, 0.02, 3.0)) for n, d in zip(sizes, off, strict=True)]
    line = line_of(tails, "m 1")
    assert line["score"][1] == pytest.approx(-0.05, abs=1e-3)
    assert line["spread"] == pytest.approx(0.02 / np.sqrt(2), abs=1e-3)
    assert line["score"][0] == pytest.approx(0.9 + line["spread"], abs=1e-3)
