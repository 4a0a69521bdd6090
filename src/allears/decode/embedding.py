"""Decode kind `embedding`: a vector a window becomes one point of length 1 for the clip.

In: vectors (E,) of each window. Out: `Embedding`, the mean of their directions, weighted by how much is said in each.

Option, read by the runtime: `threshold`, the cosine from which on two voices count as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode import DECODES
from allears.decode.answers import Embedding
from allears.decode.base import WindowOutput
from allears.decode.weights import window_weights
from allears.spec import ModelSpec, TaskSpec

__all__ = ["embedding", "unit"]

_TINY = 1e-12  # keeps a vector of zeros from dividing by zero


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., E) at length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _TINY))


@DECODES.register
def embedding(
    windows: Sequence[WindowOutput],
    task: TaskSpec,  # noqa: ARG001  as every `Decode`
    model: ModelSpec,  # noqa: ARG001
) -> Embedding:
    """A vector a window -> a direction."""
    vectors = unit(np.stack([window.output.reshape(-1).astype(np.float64) for window in windows]))
    return Embedding(unit(window_weights(windows) @ vectors).astype(np.float32))
