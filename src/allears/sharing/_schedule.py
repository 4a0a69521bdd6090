"""How the weight of a penalty changes over a run."""

from __future__ import annotations

import math
from typing import Literal, get_args

__all__ = ["SHAPES", "Shape", "scheduled"]

Shape = Literal["constant", "linear", "cosine"]
SHAPES: tuple[str, ...] = get_args(Shape)


def scheduled(weight: float, shape: Shape, progress: float) -> float:
    """`weight` at the start; at the end the same (`constant`) or 0 (`linear`, `cosine`).

    Args:
        weight: at the start of the run.
        shape: `linear`: weight * (1 - p); `cosine`: weight * (1 + cos(pi p)) / 2, as the learning rate falls.
        progress: p, 0 at the start of the run and 1 at its end; what lies outside counts as the nearer end.
    """
    done = min(1.0, max(0.0, progress))
    match shape:
        case "constant":
            return weight
        case "linear":
            return weight * (1.0 - done)
        case "cosine":
            return weight * 0.5 * (1.0 + math.cos(math.pi * done))
