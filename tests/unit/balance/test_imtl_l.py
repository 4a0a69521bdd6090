"""IMTL-L against the published formula, and its optimum."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from allears.balance.imtl_l import imtl_l  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def test_gradients_of_the_model_and_of_the_learned_scales() -> None:
    toy, balancer = Toy(ROWS["two in conflict"]), imtl_l(tasks=["a", "b"])
    with torch.no_grad():
        balancer.log_scale["b"].fill_(0.7)
    report = balancer.backward(toy.losses(a=3.0, b=0.25), [toy.shared])
    assert dict(report.weights) == pytest.approx({"a": 1.0, "b": math.exp(0.7)})
    torch.testing.assert_close(toy.shared.grad, toy.rows["a"] + math.exp(0.7) * toy.rows["b"])
    assert float(balancer.log_scale["a"].grad) == pytest.approx(3.0 - 1)
    assert float(balancer.log_scale["b"].grad) == pytest.approx(math.exp(0.7) * 0.25 - 1)


def test_learned_scales_bring_losses_to_one_size() -> None:
    toy, balancer = Toy(ROWS["two in conflict"]), imtl_l(tasks=["a", "b"])
    optimizer = torch.optim.SGD(balancer.parameters(), lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        report = balancer.backward(toy.losses(a=8.0, b=0.1), [toy.shared])
        optimizer.step()
    assert report.weights["a"] * 8.0 == pytest.approx(1.0, abs=1e-3)
    assert report.weights["b"] * 0.1 == pytest.approx(1.0, abs=1e-3)
