"""GradVac: two tasks' gradients are turned towards each other until they agree as much as they usually do.

In: task gradients g_k. Out: sum_k p_k, p_k = g_k, then for every other task j in random order, with
phi = cos(p_k, g_j) and its running mean m_kj (0 at first):
    if phi < m:  p_k <- p_k + |p_k| (m sqrt(1 - phi^2) - phi sqrt(1 - m^2)) / (|g_j| sqrt(1 - m^2)) g_j
    m_kj <- (1 - beta) m_kj + beta phi
Source: Wang et al. 2021, "Gradient Vaccine", algorithm 1, with the whole model as one group.
TorchJD has it, but its running means belong to places in the matrix; ours belong to task names, so that tasks may be
absent. A test compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from allears.balance import BALANCERS
from allears.balance._gradient_balancer import GradientBalancer
from allears.balance._gradients import At
from allears.balance._random import drawing
from allears.balance._task_numbers import TaskNumbers

__all__ = ["VaccineWeighting", "gradvac"]

_EPS = 1e-8  # below every cosine's own error; keeps a pair that usually agrees fully from dividing by zero


class VaccineWeighting(nn.Module):
    """See the module. `agreement`: task -> running cosine with each task, in sorted order. Buffer `num_calls`."""

    num_calls: Tensor

    def __init__(self, tasks: Sequence[str], beta: float, seed: int) -> None:
        super().__init__()
        self._place = {task: i for i, task in enumerate(sorted(tasks))}
        self.beta, self.seed = beta, seed
        self.agreement = TaskNumbers(tasks, size=len(tasks))
        self.register_buffer("num_calls", torch.zeros((), dtype=torch.long))

    def forward(self, products: Tensor, tasks: Sequence[str]) -> Tensor:
        count = len(tasks)
        with drawing(self.seed, int(self.num_calls)):
            orders = [torch.randperm(count - 1).tolist() for _ in range(count)]
        self.num_calls += 1
        total = torch.zeros(count, dtype=products.dtype)
        for i, order in enumerate(orders):
            others = [j for j in range(count) if j != i]
            total += self._turned(products, tasks, i, [others[place] for place in order])
        return total

    def _turned(self, products: Tensor, tasks: Sequence[str], i: int, others: Sequence[int]) -> Tensor:
        """(K,) coefficients of p_i in the task gradients; the running cosines of task i are brought up to date."""
        mean = self.agreement[tasks[i]]
        p = torch.zeros(len(tasks), dtype=products.dtype)
        p[i] = 1.0
        for j in others:
            along = products @ p  # p_i . g_k for all k
            norm, other = math.sqrt(max(0.0, float(p @ along))), math.sqrt(float(products[j, j]))
            phi = max(-1.0, min(1.0, float(along[j]) / (norm * other + _EPS * other**2)))
            place = self._place[tasks[j]]
            usual = mean[place]
            if phi < usual:
                sine, usual_sine = math.sqrt(1 - phi**2), math.sqrt(1 - usual**2)
                p[j] += norm * (usual * sine - phi * usual_sine) / (other * (usual_sine + _EPS))
            mean[place] = (1 - self.beta) * usual + self.beta * phi
        self.agreement[tasks[i]] = mean
        return p


@BALANCERS.register
def gradvac(*, tasks: Sequence[str], at: At = "parameters", beta: float = 0.01, seed: int = 0) -> GradientBalancer:
    """Gradients that agree as usual (Wang et al. 2021); `beta`: how fast "usual" moves; `seed` orders the turns.

    Raises:
        ValueError: `beta` outside 0 to 1.
    """
    if not 0 <= beta <= 1:
        raise ValueError(f"beta must be from 0 to 1, got {beta}")
    return GradientBalancer(tasks, VaccineWeighting(tasks, beta, seed), at)
