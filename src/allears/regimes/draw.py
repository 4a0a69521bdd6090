"""A random choice that depends on a number alone: no generator to save, and any batch can be asked for at any time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["chance", "pick"]


def chance(seed: int, batch: int, stream: int = 0) -> float:
    """Uniform in [0, 1), the same for the same seed, batch and stream on any machine."""
    return float(np.random.default_rng((seed, stream, batch)).random())


def pick(weights: Mapping[str, float], seed: int, batch: int, stream: int = 0) -> str:
    """One of the names, in proportion to its weight."""
    at = chance(seed, batch, stream) * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return next(reversed(list(weights)))  # rounding
