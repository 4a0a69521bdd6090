"""Tasks whose gradients are known: what the tests of balancers share.

Letters: K tasks, P shared numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["ROWS", "Toy", "assert_conflict_free", "jacobian", "update_of"]

ROWS: Mapping[str, Mapping[str, Sequence[float]]] = {
    "two that agree": {"a": (1.0, 2.0, 0.5), "b": (2.0, 0.5, 1.0)},
    "two in conflict": {"a": (1.0, 2.0, 0.0), "b": (-3.0, 1.0, 0.5)},
    "three that agree": {"a": (1.0, 2.0, 0.5, 0.0), "b": (2.0, 0.5, 1.0, 0.1), "c": (0.5, 0.5, 0.5, 1.0)},
    "three in conflict": {"a": (1.0, 0.2, 0.0, 3.0), "b": (-0.8, 1.0, 0.3, 0.1), "c": (0.1, -2.0, 0.5, -1.0)},
}
"""Problem -> task -> the gradient (P,) of its loss on what is shared."""


class Toy:
    """loss_k = row_k . shared + value_k * own_k: its gradient is row_k on `shared`, value_k on own_k."""

    def __init__(self, rows: Mapping[str, Sequence[float]]) -> None:
        self.rows = {task: torch.tensor(row) for task, row in rows.items()}
        self.shared = nn.Parameter(torch.zeros(len(next(iter(self.rows.values())))))
        self.own = {task: nn.Parameter(torch.ones(())) for task in rows}

    def losses(self, **values: float) -> dict[str, Tensor]:
        """Losses of the named tasks, worth `values` now; of all tasks, worth 1.0, if none is named."""
        wanted = values or dict.fromkeys(self.rows, 1.0)
        return {task: self.rows[task] @ self.shared + value * self.own[task] for task, value in wanted.items()}


def jacobian(rows: Mapping[str, Sequence[float]]) -> np.ndarray:
    """(K, P) float64."""
    return np.array(list(rows.values()), dtype=np.float64)


def update_of(balancer: Any, rows: Mapping[str, Sequence[float]]) -> np.ndarray:
    """(P,) what the balancer makes of the gradients; checks that own numbers got their plain gradient."""
    toy = Toy(rows)
    balancer.backward(toy.losses(), [toy.shared])
    for task, own in toy.own.items():
        assert own.grad is not None and float(own.grad) == 1.0, task
    assert toy.shared.grad is not None
    return toy.shared.grad.double().numpy()


def assert_conflict_free(update: np.ndarray, rows: np.ndarray, atol: float = 1e-5) -> None:
    """A small step against `update` (P,) raises no task's loss, to first order; rows (K, P)."""
    assert (rows @ update >= -atol).all(), f"products with the task gradients: {rows @ update}"
