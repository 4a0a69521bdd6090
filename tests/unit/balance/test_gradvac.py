"""GradVac against the paper's formula and TorchJD's code."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.balance.gradvac import VaccineWeighting, gradvac  # noqa: E402
from tests.unit.balance.toy import ROWS, jacobian, update_of  # noqa: E402

BETA = 0.3


@pytest.mark.parametrize("rows", ["two that agree", "two in conflict"])
def test_two_tasks_follow_the_formula(rows: str) -> None:
    """With two tasks there is one order only."""
    g, usual = jacobian(ROWS[rows]), {(0, 1): 0.0, (1, 0): 0.0}
    balancer = gradvac(tasks=["a", "b"], beta=BETA)
    for _ in range(4):
        expected = np.zeros(3)
        for i, j in usual:
            p, other = g[i].copy(), g[j]
            phi, m = p @ other / (np.linalg.norm(p) * np.linalg.norm(other)), usual[i, j]
            if phi < m:
                turn = m * math.sqrt(1 - phi**2) - phi * math.sqrt(1 - m**2)
                p += np.linalg.norm(p) * turn / (np.linalg.norm(other) * math.sqrt(1 - m**2)) * other
                assert p @ other / (np.linalg.norm(p) * np.linalg.norm(other)) == pytest.approx(m), "as usual"
            usual[i, j] = (1 - BETA) * m + BETA * phi
            expected += p
        np.testing.assert_allclose(update_of(balancer, ROWS[rows]), expected, rtol=1e-4, atol=1e-5)


def test_many_tasks_agree_with_torchjd(monkeypatch: pytest.MonkeyPatch) -> None:
    aggregation = pytest.importorskip("torchjd.aggregation")
    monkeypatch.setattr(torch, "randperm", lambda count: torch.arange(count))  # both in plain order
    ours, theirs = VaccineWeighting("abcd", BETA, 0), aggregation.GradVacWeighting(beta=BETA)
    for seed in range(6):
        g = torch.randn(4, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        torch.testing.assert_close(ours(g @ g.T, "abcd"), theirs(g @ g.T), rtol=1e-5, atol=1e-5)


def test_running_cosines_belong_to_names() -> None:
    balancer = gradvac(tasks=["c", "b", "a"], beta=BETA)
    rows = ROWS["three in conflict"]
    update_of(balancer, {task: rows[task] for task in ("c", "a")})
    a, c = (np.array(rows[task]) for task in "ac")
    cosine = a @ c / (np.linalg.norm(a) * np.linalg.norm(c))
    agreement = balancer.weighting.agreement
    assert agreement["a"] == pytest.approx([0.0, 0.0, BETA * cosine])
    assert agreement["c"] == pytest.approx([BETA * cosine, 0.0, 0.0])
    assert agreement["b"] == [0.0, 0.0, 0.0]


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="beta must be from 0 to 1, got 2"):
        gradvac(tasks=["a"], beta=2)
