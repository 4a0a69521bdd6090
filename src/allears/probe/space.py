"""Features of a few clips, brought into the shape in which a linear classifier learns most from them.

In: `Features` and classes. Out: `Space`: centred and scaled features x (N, F), and how to take a classifier of x back
to the features as they come. Three scalings, all of them linear:

1. Means of a layer are divided by how much the frames of a clip spread in that dimension, s averaged over the clips:
   what varies from sound to sound is no mark of a clip (the diagonal of within-class covariance normalisation, Hatch et
   al. 2006, with frames for examples).
2. Every block is scaled to mean squared length 1.
3. Every block is weighted by how well it tells the classes apart: the square of its centred kernel alignment

       A = <K, Y> / (|K| |Y|)      K, Y: which clips are alike by the block, and by their class; both centred

   (Cristianini et al. 2001, Cortes et al. 2012). Ours differs: a clip's likeness to itself is left out, it says nothing
   and is the most of it where classes have five clips. Blocks below `_LEAST` are left out: their networks need not run.

Letters: N clips, F features, C classes, R coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allears.probe.blocks import Block
from allears.probe.features import Features

__all__ = ["Linear", "Space", "make_space"]

_LEAST = 0.02  # weight of a block that is kept, of 1 in all
_TINY = 1e-9  # eigenvalue, of the largest: below it is rounding


@dataclass(frozen=True)
class Linear:
    """weights (F, C) and bias (C,), on features as they come."""

    weights: np.ndarray
    bias: np.ndarray

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(N, F) -> (N, C)."""
        return np.asarray(features @ self.weights + self.bias)

    def scaled(self, factor: float) -> Linear:
        """The same with all scores times a factor."""
        return Linear(self.weights * factor, self.bias * factor)


@dataclass(frozen=True)
class Space:
    """See the module.

    Attributes:
        x: (N, F) scaled features, mean 0.
        coordinates: (N, R), the clips within the span of the clips: the same lengths and angles with R < N columns.
        directions: (F, R), what each coordinate is in x.
        shares: weight of each block by name, 1 in all.
    """

    x: np.ndarray
    coordinates: np.ndarray
    directions: np.ndarray
    shares: Mapping[str, float]
    _mean: np.ndarray
    _scale: np.ndarray

    def linear(self, weights: np.ndarray, bias: np.ndarray) -> Linear:
        """A classifier of x, weights (F, C) and bias (C,), as one of the features as they come."""
        back = weights * self._scale[:, None]
        return Linear(back, bias - self._mean @ back)


def make_space(features: Features, classes: np.ndarray) -> Space:
    """The space of features (N, F) whose classes (N,) are 0 to C - 1."""
    values = features.values.astype(np.float64)
    mean, scale = values.mean(axis=0), np.ones(values.shape[1])
    for block in features.blocks:
        scale[block.columns] = _block_scale(values[:, block.columns], block)
    x = (values - mean) * scale
    grams = [x[:, block.columns] @ x[:, block.columns].T for block in features.blocks]
    shares = _shares(np.array([_alignment(gram, classes) for gram in grams]))
    for block, share in zip(features.blocks, shares, strict=True):
        scale[block.columns] *= np.sqrt(share)
    x = (values - mean) * scale
    roots, vectors = np.linalg.eigh(np.tensordot(shares, np.stack(grams), axes=1))
    is_kept = roots > _TINY * max(roots[-1], _TINY)
    root, vectors = np.sqrt(roots[is_kept]), vectors[:, is_kept]
    named = {block.name: float(share) for block, share in zip(features.blocks, shares, strict=True)}
    return Space(x, vectors * root, x.T @ (vectors / root), named, mean, scale)


def _block_scale(values: np.ndarray, block: Block) -> np.ndarray:
    """What the columns of values (N, F) are multiplied with, by the first and second scaling."""
    scale = np.ones(values.shape[1])
    if block.layer is not None:
        half = values.shape[1] // 2
        scale[:half] = 1.0 / np.exp(values[:, half:]).mean(axis=0)
    length = np.sqrt(np.mean(np.sum(np.square((values - values.mean(axis=0)) * scale), axis=1)))
    return scale / length if length > _TINY else np.zeros_like(scale)  # a block that is always the same says nothing


def _alignment(gram: np.ndarray, classes: np.ndarray) -> float:
    """How well likeness (N, N) goes with being of one class: 0 not at all, 1 entirely."""
    is_other = ~np.eye(len(gram), dtype=bool)
    alike, same = gram[is_other], (classes[:, None] == classes)[is_other].astype(float)
    alike, same = alike - alike.mean(), same - same.mean()
    norm = np.linalg.norm(alike) * np.linalg.norm(same)
    return max(0.0, float(alike @ same / norm)) if norm > _TINY else 0.0


def _shares(alignments: np.ndarray) -> np.ndarray:
    """Weights of the blocks, 1 in all; the same for each where none is aligned."""
    squares = np.square(alignments)
    if squares.sum() < _TINY:
        return np.full(len(squares), 1.0 / len(squares))
    shares = squares / squares.sum()
    shares[shares < _LEAST] = 0.0
    return np.asarray(shares / shares.sum())
