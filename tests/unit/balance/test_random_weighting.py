"""Random weights: a softmax of normal draws, that can be repeated."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance.random_weighting import random_weighting  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def _weights(balancer, *tasks: str) -> dict[str, float]:
    toy = Toy(ROWS["three in conflict"])
    report = balancer.backward(toy.losses(**dict.fromkeys(tasks, 1.0)), [toy.shared])
    expected = sum(report.weights[task] * toy.rows[task] for task in tasks)
    torch.testing.assert_close(toy.shared.grad, expected)
    return dict(report.weights)


def test_weights_sum_to_one_and_change_at_every_step() -> None:
    balancer = random_weighting(tasks=["a", "b", "c"])
    first, second = _weights(balancer, "a", "b", "c"), _weights(balancer, "a", "b", "c")
    assert sum(first.values()) == pytest.approx(1.0) and sum(second.values()) == pytest.approx(1.0)
    assert first != second
    assert _weights(balancer, "b") == {"b": 1.0}


def test_draws_belong_to_seed_and_step_and_not_to_torch() -> None:
    torch.manual_seed(1)
    one = _weights(random_weighting(tasks=["a", "b", "c"], seed=5), "a", "b", "c")
    torch.manual_seed(2)
    before = torch.get_rng_state()
    assert _weights(random_weighting(tasks=["c", "b", "a"], seed=5), "a", "b", "c") == one
    assert torch.equal(torch.get_rng_state(), before), "other draws of the run are not disturbed"
    assert _weights(random_weighting(tasks=["a", "b", "c"], seed=6), "a", "b", "c") != one


def test_logits_are_standard_normal() -> None:
    balancer = random_weighting(tasks=["a", "b"])
    gaps = torch.tensor([_log_ratio(_weights(balancer, "a", "b")) for _ in range(400)])
    assert abs(float(gaps.mean())) < 0.25
    assert float(gaps.std()) == pytest.approx(2**0.5, rel=0.12), "of a difference of two standard normals"


def _log_ratio(weights: dict[str, float]) -> float:
    return float(torch.log(torch.tensor(weights["a"] / weights["b"])))
