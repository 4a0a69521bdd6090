"""Conflict is measured, and measuring changes nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.balance._conflict import measure_conflict, task_cosines  # noqa: E402
from tests.unit.balance.toy import ROWS, Toy  # noqa: E402


def test_cosines_and_lengths() -> None:
    toy = Toy({"a": (3.0, 4.0), "b": (-3.0, -4.0), "c": (4.0, -3.0), "d": (0.0, 0.0)})
    conflict = measure_conflict(toy.losses(), [toy.shared])
    assert dict(conflict.norm) == pytest.approx({"a": 5.0, "b": 5.0, "c": 5.0, "d": 0.0})
    assert dict(conflict.cosine) == pytest.approx({("a", "b"): -1.0, ("a", "c"): 0.0, ("b", "c"): 0.0}, abs=1e-7)


def test_the_update_is_the_same_to_the_last_bit() -> None:
    grads = []
    for is_measured in (True, False):
        toy = Toy(ROWS["three in conflict"])
        losses = toy.losses()
        if is_measured:
            measure_conflict(losses, [toy.shared])
            assert toy.shared.grad is None and all(own.grad is None for own in toy.own.values())
        sum(losses.values()).backward()
        grads.append(toy.shared.grad)
    assert torch.equal(*grads)


def test_at_the_features_with_some_tasks() -> None:
    weight = torch.nn.Parameter(torch.eye(2))
    features = weight @ torch.ones(2, 3)
    losses = {"a": features[0].sum(), "b": (features[0] - features[1]).sum()}
    assert dict(task_cosines(losses, features=features)) == pytest.approx({("a", "b"): 0.5**0.5})
    assert task_cosines({"a": losses["a"]}, features=features) == {}


def test_what_is_frozen_is_refused() -> None:
    toy = Toy(ROWS["two in conflict"])
    with pytest.raises(ValueError, match="all of that is frozen"):
        measure_conflict(toy.losses(), [])
    with pytest.raises(ValueError, match="all of that is frozen"):
        measure_conflict(toy.losses(), features=torch.ones(2))
