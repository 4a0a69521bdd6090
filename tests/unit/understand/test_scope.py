from __future__ import annotations

import numpy as np
import pytest

from allears.understand.scope import WEIGHT, scope_score


def test_the_formula() -> None:
    intents, scope = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.5])
    assert scope_score(intents, scope) == pytest.approx(np.log(np.exp(intents).sum()) + WEIGHT * 1.0)


def test_large_logits_do_not_overflow() -> None:
    assert scope_score(np.array([1e4, 0.0]), np.zeros(2)) == pytest.approx(1e4)


def test_a_head_that_says_in_lifts_the_score() -> None:
    intents = np.zeros(3)
    assert scope_score(intents, np.array([0.0, 1.0])) > scope_score(intents, np.array([1.0, 0.0]))
