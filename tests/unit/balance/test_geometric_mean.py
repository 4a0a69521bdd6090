"""The geometric mean, its gradient, and what it refuses."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from allears.balance.geometric_mean import geometric_mean  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def test_gradient_is_that_of_the_geometric_mean() -> None:
    values = {"a": 3.0, "b": 0.25, "c": 7.0}
    toy, reference = Toy(ROWS["three in conflict"]), Toy(ROWS["three in conflict"])
    report = geometric_mean(tasks=list(values)).backward(toy.losses(**values), [toy.shared])
    math_losses = reference.losses(**values)
    (math_losses["a"] * math_losses["b"] * math_losses["c"]).pow(1 / 3).backward()
    torch.testing.assert_close(toy.shared.grad, reference.shared.grad)
    mean = (3.0 * 0.25 * 7.0) ** (1 / 3)
    assert dict(report.weights) == pytest.approx({task: mean / (3 * value) for task, value in values.items()})


def test_a_loss_of_zero_does_not_stop_the_run() -> None:
    toy = Toy(ROWS["two in conflict"])
    report = geometric_mean(tasks=["a", "b"]).backward(toy.losses(a=1.0, b=0.0), [toy.shared])
    assert all(math.isfinite(weight) for weight in report.weights.values())


def test_negative_losses_are_refused() -> None:
    toy = Toy(ROWS["two in conflict"])
    with pytest.raises(ValueError, match=r"geometric-mean needs losses that are not negative, got \{'b': -2.0\}"):
        geometric_mean(tasks=["a", "b"]).backward(toy.losses(a=1.0, b=-2.0), [toy.shared])
