"""What the tests of this folder share: a hidden pass, and numpy versions of the small parts that formulas name.

Nothing here imports what it checks. Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from allears.encoders.base import Hidden

__all__ = ["DIM", "LAYERS", "array", "bottleneck", "hidden", "layer_norm", "randomise", "read", "softmax"]

DIM, LAYERS = 8, 3


def hidden(num_frames: list[int] | None = None) -> Hidden:
    """Two clips of five frames."""
    torch.manual_seed(1)
    return Hidden(torch.randn(LAYERS, 2, 5, DIM), torch.tensor(num_frames) if num_frames else None)


def randomise(module: Any) -> Any:
    """Random weights everywhere, also where it starts as 0."""
    torch.manual_seed(2)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.5)
    return module


def array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy().astype(np.float64)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis, keepdims=True))
    return np.asarray(e / e.sum(axis, keepdims=True))


def layer_norm(x: np.ndarray) -> np.ndarray:
    return np.asarray((x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5))


def bottleneck(part: Any, x: np.ndarray) -> np.ndarray:
    """up(gelu(down(norm(x)))) of a `Bottleneck`'s weights."""
    normed = layer_norm(x) * array(part.norm.weight) + array(part.norm.bias)
    down = normed @ array(part.down.weight).T + array(part.down.bias)
    gelu = 0.5 * down * (1.0 + np.vectorize(math.erf)(down / math.sqrt(2.0)))
    return np.asarray(gelu @ array(part.up.weight).T + array(part.up.bias))


def read(mix: Any, given: Hidden, task: str) -> np.ndarray:
    """What a task reads: the last layer, or the weighted sum of normed layers."""
    layers = array(given.layers)
    if task not in mix:
        return np.asarray(layers[-1])
    return np.asarray(np.tensordot(softmax(array(mix[task])), layer_norm(layers), axes=1))
