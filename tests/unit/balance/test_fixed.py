"""Fixed weights."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance.fixed import fixed  # noqa: E402


def test_gradients_are_those_of_the_weighted_sum() -> None:
    x = torch.nn.Parameter(torch.tensor([2.0, 3.0]))
    report = fixed(tasks=["a", "b", "c"], weights={"b": 0.5}).backward({"a": x[0] ** 2, "b": x[1] ** 2}, [x])
    assert x.grad is not None and x.grad.tolist() == [4.0, 3.0]
    assert dict(report.weights) == {"a": 1.0, "b": 0.5}, "c was not there"


def test_gradients_add_up_over_calls_as_torch_does() -> None:
    x, balancer = torch.nn.Parameter(torch.ones(1)), fixed(tasks=["a"])
    for _ in range(2):
        balancer.backward({"a": x.sum()}, [x])
    assert x.grad is not None and x.grad.tolist() == [2.0]


def test_wrong_weights_are_refused() -> None:
    with pytest.raises(ValueError, match=r"weights are given for \['spech'\], but the tasks are \['speech'\]"):
        fixed(tasks=["speech"], weights={"spech": 1.0})
    with pytest.raises(ValueError, match="must be 0 or more"):
        fixed(tasks=["speech"], weights={"speech": -1.0})
