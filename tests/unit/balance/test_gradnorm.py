"""GradNorm against algorithm 1."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.balance.gradnorm import gradnorm  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy, jacobian  # noqa: E402

ALPHA, LR = 0.5, 0.1


def _weights(balancer, rows: str, **values: float) -> np.ndarray:
    toy = Toy(ROWS[rows])
    weights = balancer.backward(toy.losses(**values), [toy.shared]).weights
    expected = sum(weights[task] * toy.rows[task] for task in values)
    torch.testing.assert_close(toy.shared.grad, expected)
    for task, value in values.items():
        assert float(toy.own[task].grad) == pytest.approx(weights[task] * value), "the whole loss is weighted"
    return np.array(list(weights.values()))


@pytest.mark.parametrize("rows", list(ROWS))
def test_weights_follow_the_formula(rows: str) -> None:
    lengths = np.linalg.norm(jacobian(ROWS[rows]), axis=1)
    count = len(lengths)
    losses = np.random.default_rng(0).uniform(0.5, 2.0, (8, count))
    balancer, w = gradnorm(tasks=list(ROWS[rows]), alpha=ALPHA, lr=LR), np.ones(count)
    for now in losses:
        np.testing.assert_allclose(_weights(balancer, rows, **dict(zip("abc", now, strict=False))), w, rtol=1e-5)
        norms, ratio = w * lengths, now / losses[0]
        target = norms.mean() * (ratio / ratio.mean()) ** ALPHA
        w = np.maximum(0.01, w - LR * np.sign(norms - target) * lengths / norms.mean())
        w = w * count / w.sum()


def test_gradients_become_equally_strong_at_equal_rates() -> None:
    rows = "three in conflict"
    balancer = gradnorm(tasks=["a", "b", "c"], lr=0.01)
    for _ in range(400):
        w = _weights(balancer, rows, a=1.0, b=1.0, c=1.0)
    norms = w * np.linalg.norm(jacobian(ROWS[rows]), axis=1)
    assert norms.max() / norms.min() < 1.1
    assert w.sum() == pytest.approx(3.0)


def test_tasks_of_this_step_keep_their_sum_of_weights() -> None:
    balancer = gradnorm(tasks=["a", "b", "c"])
    _weights(balancer, "three in conflict", a=1.0, b=2.0)
    assert balancer.weights["c"] == [1.0] and balancer.first["c"] == [0.0]
    assert balancer.weights["a"][0] + balancer.weights["b"][0] == pytest.approx(2.0)
    assert balancer.weights["a"][0] != 1.0


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="at must be one of parameters, features, got 'heads'"):
        gradnorm(tasks=["a"], at="heads")
    with pytest.raises(ValueError, match="lr must be above 0"):
        gradnorm(tasks=["a"], lr=-1)
