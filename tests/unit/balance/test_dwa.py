"""DWA against the published formula, with windows in the place of epochs."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.balance.dwa import dwa  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def _run(balancer, rows: str, steps: list[dict[str, float]]) -> list[dict[str, float]]:
    reports = []
    for values in steps:
        toy = Toy(ROWS[rows])
        reports.append(dict(balancer.backward(toy.losses(**values), [toy.shared]).weights))
        expected = sum(reports[-1][task] * toy.rows[task] for task in values)
        torch.testing.assert_close(toy.shared.grad, expected)
    return reports


def test_weights_follow_the_formula() -> None:
    losses = np.random.default_rng(0).uniform(0.5, 2.0, (9, 3))
    weights = _run(
        dwa(tasks=["a", "b", "c"], window=3), "three in conflict", [dict(zip("abc", r, strict=True)) for r in losses]
    )
    assert all(step == {"a": 1.0, "b": 1.0, "c": 1.0} for step in weights[:6]), "two windows come first"
    ratio = losses[3:6].mean(0) / losses[0:3].mean(0)
    expected = 3 * np.exp(ratio / 2.0) / np.exp(ratio / 2.0).sum()
    for step in weights[6:9]:
        np.testing.assert_allclose(list(step.values()), expected, rtol=1e-6)


def test_a_rare_task_counts_its_own_losses() -> None:
    balancer = dwa(tasks=["a", "b"], window=2, temperature=1.0)
    steps = [{"a": 4.0}, {"a": 4.0, "b": 1.0}, {"a": 2.0}, {"a": 2.0}, {"a": 1.0, "b": 1.0}]
    last = _run(balancer, "two in conflict", steps)[-1]
    slow, fast = math.exp(1.0), math.exp(2.0 / 4.0)  # b has no two windows yet: 1
    assert last == pytest.approx({"a": 2 * fast / (slow + fast), "b": 2 * slow / (slow + fast)})


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="window must be above 0, got 0"):
        dwa(tasks=["a"], window=0)
