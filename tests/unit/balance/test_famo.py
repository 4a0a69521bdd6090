"""FAMO against algorithm 1, with the next batch's losses in the place of a second look."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.balance.famo import famo  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def _weights(balancer, **values: float) -> np.ndarray:
    toy = Toy(ROWS["three in conflict"])
    weights = balancer.backward(toy.losses(**values), [toy.shared]).weights
    expected = sum(weights[task] * toy.rows[task] for task in values)
    torch.testing.assert_close(toy.shared.grad, expected)
    return np.array(list(weights.values()))


def _softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum()


def test_weights_and_logits_follow_the_formula() -> None:
    losses = np.random.default_rng(0).uniform(0.2, 3.0, (6, 3))
    balancer, xi = famo(tasks=["a", "b", "c"], lr=0.5, decay=0.01), np.zeros(3)
    for step, now in enumerate(losses):
        if step:
            z = _softmax(xi)
            change = (np.diag(z) - np.outer(z, z)) @ (np.log(losses[step - 1]) - np.log(now))
            xi = xi - 0.5 * (change + 0.01 * xi)
        z = _softmax(xi)
        expected = z / now / (z / now).sum()
        np.testing.assert_allclose(_weights(balancer, **dict(zip("abc", now, strict=True))), expected, rtol=1e-5)


def test_update_is_the_gradient_of_the_published_loss() -> None:
    values = {"a": 2.0, "b": 0.5, "c": 1.5}
    toy, reference = Toy(ROWS["three in conflict"]), Toy(ROWS["three in conflict"])
    famo(tasks=list(values)).backward(toy.losses(**values), [toy.shared])
    c = 1 / sum(1 / 3 / value for value in values.values())
    sum(c / 3 * torch.log(loss) for loss in reference.losses(**values).values()).backward()
    torch.testing.assert_close(toy.shared.grad, reference.shared.grad)


def test_a_task_that_stands_still_gains_weight_over_one_that_falls() -> None:
    balancer, loss = famo(tasks=["a", "b"]), 4.0
    for _ in range(200):
        _weights(balancer, a=loss, b=1.0)
        loss *= 0.98
    assert balancer.state["b"][0] > balancer.state["a"][0]


def test_an_absent_task_keeps_its_logit() -> None:
    balancer = famo(tasks=["a", "b", "c"], lr=0.5)
    _weights(balancer, a=1.0, b=1.0, c=1.0)
    _weights(balancer, a=0.5, b=1.0)
    assert balancer.state["c"] == [0.0, 0.0, 1.0]
    assert balancer.state["a"][0] < 0 < balancer.state["b"][0]


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="lr must be above 0, got 0"):
        famo(tasks=["a"], lr=0)
    with pytest.raises(ValueError, match="decay must be 0 or more, got -1"):
        famo(tasks=["a"], decay=-1)
