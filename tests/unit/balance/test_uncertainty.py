"""Uncertainty weights against the published formula."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from allears.balance.uncertainty import uncertainty  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402

LOSSES, S = {"a": 3.0, "b": 0.25}, {"a": 0.7, "b": -1.2}


def _after_backward(form: str):
    toy, balancer = Toy(ROWS["two in conflict"]), uncertainty(tasks=["b", "a"], form=form)
    with torch.no_grad():
        for task, value in S.items():
            balancer.log_variance[task].fill_(value)
    return toy, balancer, balancer.backward(toy.losses(**LOSSES), [toy.shared])


@pytest.mark.parametrize("form", ["kendall", "liebel"])
def test_gradients_of_the_model_and_of_the_learned_variances(form: str) -> None:
    toy, balancer, report = _after_backward(form)
    weights = {task: 0.5 * math.exp(-s) for task, s in S.items()}
    assert dict(report.weights) == pytest.approx(weights)
    expected = sum(weights[task] * toy.rows[task] for task in LOSSES)
    torch.testing.assert_close(toy.shared.grad, expected)
    for task, s in S.items():
        slope = 0.5 if form == "kendall" else math.exp(s) / (1 + math.exp(s))  # d/ds of s/2, of ln(1 + e^s)
        assert float(balancer.log_variance[task].grad) == pytest.approx(slope - weights[task] * LOSSES[task])


def test_an_absent_task_keeps_its_variance() -> None:
    toy, balancer = Toy(ROWS["two in conflict"]), uncertainty(tasks=["a", "b"])
    balancer.backward(toy.losses(a=1.0), [toy.shared])
    assert balancer.log_variance["a"].grad is not None
    assert balancer.log_variance["b"].grad is None


def test_liebels_total_is_positive_where_kendalls_is_not() -> None:
    s, loss = -4.0, 1e-4
    assert 0.5 * math.exp(-s) * loss + 0.5 * s < 0 < 0.5 * math.exp(-s) * loss + math.log1p(math.exp(s))


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form must be kendall or liebel, got 'kendal'"):
        uncertainty(tasks=["a"], form="kendal")
