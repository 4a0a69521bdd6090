"""Weightings of TorchJD (Quinton & Rey 2024), which has most gradient methods, as our balancers call them.

In: the name of a weighting and its options. Out: a module from Gramian and task names to weights.
TorchJD's names are looked up only when a balancer that needs them is built: it is in the extra `balance`.

Letters: K tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from allears.balance._random import drawing

__all__ = ["Drawn", "Stateless", "normed", "torchjd_weighting"]

INSTALL = "pip install 'allears[balance]'"


def torchjd_weighting(name: str, **options: Any) -> Callable[[Tensor], Tensor]:
    """`torchjd.aggregation.NAME(**options)`.

    Raises:
        ValueError: TorchJD or what it needs for this method is not installed, or it refuses an option.
    """
    try:
        from torchjd import aggregation

        weighting: Callable[[Tensor], Tensor] = getattr(aggregation, name)(**options)
    except ImportError as error:
        raise ValueError(f"this balancer needs more libraries ({error}): {INSTALL}") from error
    return weighting


class Stateless(nn.Module):
    """A weighting that depends on the Gramian alone, and not on its size: it sees one of trace K.

    Without that, TorchJD's absolute thresholds (1e-4) would take the small gradients late in a run for zero.
    """

    def __init__(self, weigh: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self._weigh = weigh

    def forward(self, products: Tensor, tasks: Sequence[str]) -> Tensor:
        return self._weigh(normed(products))


class Drawn(nn.Module):
    """The same for a weighting that draws by chance, from `seed` and the buffer `num_calls` alone."""

    num_calls: Tensor

    def __init__(self, weigh: Callable[[Tensor], Tensor], seed: int) -> None:
        super().__init__()
        self._weigh, self.seed = weigh, seed
        self.register_buffer("num_calls", torch.zeros((), dtype=torch.long))

    def forward(self, products: Tensor, tasks: Sequence[str]) -> Tensor:
        with drawing(self.seed, int(self.num_calls)):
            weights = self._weigh(normed(products))
        self.num_calls += 1
        return weights


def normed(products: Tensor) -> Tensor:
    """Gramian (K, K) with trace K."""
    return products * (len(products) / products.diagonal().sum())
