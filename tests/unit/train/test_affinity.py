"""Task affinity against its formula, on losses whose every number can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from allears.train.affinity import measure_affinity

TARGETS = {"a": np.array([1.0, 0.0]), "near": np.array([0.8, 0.1]), "against": np.array([-1.0, 0.0])}


def _problem() -> tuple[nn.Parameter, nn.Parameter]:
    return nn.Parameter(torch.tensor([0.2, 0.3], dtype=torch.float64)), nn.Parameter(torch.zeros(3))


def _losses_of(shared: nn.Parameter) -> dict[str, Tensor]:
    return {task: (shared - torch.from_numpy(target)).square().sum() for task, target in TARGETS.items()}


def test_it_is_the_published_number() -> None:
    shared, _ = _problem()
    found = measure_affinity(lambda: _losses_of(shared), [shared], rate=0.05)
    theta = shared.detach().numpy()
    gradient = {task: 2 * (theta - target) for task, target in TARGETS.items()}
    eta = 0.05 * math.sqrt(2) / np.mean([np.linalg.norm(g) for g in gradient.values()])
    for i in TARGETS:
        ahead = theta - eta * gradient[i]
        for j, target in TARGETS.items():
            expected = 1 - ((ahead - target) ** 2).sum() / ((theta - target) ** 2).sum()
            assert found[i][j] == pytest.approx(expected, rel=1e-9), (i, j)
    assert found["a"]["near"] > 0 > found["a"]["against"]


def test_nothing_is_changed_by_looking() -> None:
    shared, other = _problem()
    before = shared.detach().clone()
    measure_affinity(lambda: _losses_of(shared), [shared, other], rate=0.05)  # `other` is reached by no task
    assert torch.equal(shared.detach(), before)
    assert shared.grad is None
    assert other.grad is None


def test_where_there_is_nothing_to_compare_it_is_empty() -> None:
    shared, _ = _problem()
    assert measure_affinity(lambda: _losses_of(shared), [], rate=0.05) == {}
    assert measure_affinity(lambda: {"a": shared.square().sum()}, [shared], rate=0.05) == {}
