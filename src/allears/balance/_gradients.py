"""The gradient of each task by itself: taken, compared, and put together again with one weight a task.

In: losses of one batch, and what the tasks share: parameters, or the encoder's layers. Out: `.grad` of everything.
What only one task reaches gets that task's plain gradient. How tasks stand to each other is in the Gramian.

Letters: K tasks, P numbers of what is shared (parameters, or features L * B * T * D).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import torch
from torch import Tensor, nn

from allears.balance._at_features import FeatureGradients
from allears.balance._at_parameters import ParameterGradients
from allears.ranks import num_ranks, sum_over_ranks

__all__ = ["At", "TaskGradients", "cosines", "gramian", "take_gradients"]

At = Literal["parameters", "features"]
_CHUNK = 1 << 20  # numbers of a task's gradient that are in float64 at one time: 8 MB


class TaskGradients(Protocol):
    """Gradients of all tasks of a step; own parameters have theirs in `.grad` already.

    Attributes:
        rows: (K, P) gradients on what is shared, each multiplied by its task's factor. On several processes: this one's
            share of them.
        num_apart: how many of the columns, the first ones, are no shares but others on every process: features, which
            are of other clips, and sharded parameters.
    """

    rows: Tensor
    num_apart: int

    def apply(self, weights: Sequence[float]) -> None:
        """Add the weighted sum of the rows to `.grad` of the shared parameters; once."""
        ...


def take_gradients(
    losses: Mapping[str, Tensor],
    shared: Sequence[nn.Parameter],
    features: Tensor | None,
    *,
    at: At,
    factors: Mapping[str, float],
) -> TaskGradients:
    """One backward pass a task: through all of the model (`parameters`), or down to the encoder's layers (`features`).

    Args:
        losses: task -> scalar.
        shared: parameters that more than one task reaches.
        features: (L, B, T, D) layers of the encoder, in the graph of all losses.
        at: where gradients are taken.
        factors: task -> what its gradients are multiplied by, own parameters' as well.

    Raises:
        ValueError: there is nothing shared to take gradients of.
    """
    if at == "features":
        if features is None or not features.requires_grad:
            raise ValueError(
                "the balancer takes gradients at the encoder's layers (`at: features`), but all of the encoder is "
                "frozen: unfreeze a part of it (encoder.freeze), take gradients `at: parameters` if the sharing has "
                "shared ones, or use a balancer that only weighs losses (fixed, uncertainty)"
            )
        return FeatureGradients(losses, shared, features, factors)
    if not shared:
        raise ValueError(
            "the balancer compares gradients of what the tasks share, but all of that is frozen: unfreeze a part of "
            "the encoder (encoder.freeze), or use a balancer that only weighs losses (fixed, uncertainty, dwa, famo)"
        )
    return ParameterGradients(losses, shared, factors)


def gramian(rows: Tensor, *, num_apart: int = 0) -> Tensor:
    """(K, P) -> (K, K) scalar products of the rows, in float64 on the CPU; the same on all processes of a run.

    Args:
        rows: gradients. On several processes each has its clips' share of them, and their sum is meant.
        num_apart: so many columns come first that are no shares: they are others on every process.
    """
    products = sum_over_ranks(_products(rows[:, :num_apart]))
    for start in range(num_apart, rows.shape[1], _CHUNK):
        part = rows[:, start : start + _CHUNK]
        products += _products(sum_over_ranks(part.contiguous().clone()) if num_ranks() > 1 else part)
    return products.cpu()


def _products(rows: Tensor) -> Tensor:
    """(K, P) -> (K, K), float64."""
    products = torch.zeros(len(rows), len(rows), dtype=torch.float64, device=rows.device)
    for start in range(0, rows.shape[1], _CHUNK):
        part = rows[:, start : start + _CHUNK].double()
        products += part @ part.T
    return products


def cosines(products: Tensor, tasks: Sequence[str]) -> dict[tuple[str, str], float]:
    """Pair of tasks -> cosine of their gradients, out of the Gramian (K, K); pairs with a zero gradient have none."""
    norms = products.diagonal().clamp(min=0).sqrt().tolist()
    return {
        (one, other): max(-1.0, min(1.0, float(products[i, j]) / (norms[i] * norms[j])))
        for i, one in enumerate(tasks)
        for j, other in enumerate(tasks)
        if i < j and norms[i] > 0 and norms[j] > 0
    }
