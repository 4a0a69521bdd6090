"""How alike the layers of two encoders are: 1 is the same up to a rotation and a factor, 0 unrelated.

In: for each minibatch, rows that both encoders made of the same moments. Out: a number for every pair of layers.

Linear CKA (Kornblith et al. 2019, "Similarity of neural network representations revisited"), with K = X Xᵀ, G = Y Yᵀ:
CKA = HSIC(K, G) / sqrt(HSIC(K, K) HSIC(G, G)). As estimate of HSIC the unbiased one of Song et al. 2012, its sums over
minibatches taken before the quotient (Nguyen et al. 2021, "Do wide and deep networks learn the same things?"):

HSIC(K, G) = (tr(K' G') + 1ᵀK'1 1ᵀG'1 / ((n - 1)(n - 2)) - 2 / (n - 2) 1ᵀK'G'1) / (n (n - 3))

K' and G' are K and G with zeros on the diagonal. The biased estimate calls any two layers alike that are wider than
there are rows; this one does not. It may come out a little under 0.

Ours differs: minibatches that are not equally large count by their rows.

Letters: N rows of a minibatch (n above), D and E widths, L and M layers of the first and the second encoder.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

__all__ = ["MIN_ROWS", "linear_cka"]

MIN_ROWS = 4  # of a minibatch: n - 3 must not be 0

Batch = tuple[np.ndarray, np.ndarray]
"""(L, N, D) and (M, N, E), row by row the same moments."""


def linear_cka(batches: Iterable[Batch]) -> np.ndarray:
    """CKA (L, M) of the layers of two encoders; NaN where a layer is constant.

    Raises:
        ValueError: no minibatch, one with too few rows, or rows that do not go together.
    """
    cross: np.ndarray | float = 0.0
    own: list[np.ndarray | float] = [0.0, 0.0]
    num_batches = 0
    for first, second in batches:
        _check(first, second)
        one, two = _grams(first), _grams(second)
        num_rows = first.shape[1]
        cross = cross + num_rows * _hsic(one, two)
        own = [known + num_rows * np.diag(_hsic(g, g)) for known, g in zip(own, (one, two), strict=True)]
        num_batches += 1
    if not num_batches:
        raise ValueError("no minibatch of rows was given: give clips that are long enough")
    scale = np.sqrt(np.maximum(np.outer(own[0], own[1]), 0.0))
    return np.divide(cross, scale, out=np.full(scale.shape, np.nan), where=scale > 0)


def _grams(rows: np.ndarray) -> np.ndarray:
    """(L, N, D) -> (L, N, N), zeros on the diagonal. Centred rows give the same estimate, and it loses fewer digits."""
    centred = rows.astype(np.float64) - rows.mean(axis=1, keepdims=True, dtype=np.float64)
    grams: np.ndarray = centred @ centred.transpose(0, 2, 1)
    index = np.arange(rows.shape[1])
    grams[:, index, index] = 0.0
    return grams


def _hsic(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Unbiased HSIC of every pair, (L, N, N) and (M, N, N) -> (L, M)."""
    n = one.shape[1]
    sums_one, sums_two = one.sum(axis=2), two.sum(axis=2)
    trace = one.reshape(len(one), -1) @ two.reshape(len(two), -1).T  # both are symmetric
    whole = np.outer(sums_one.sum(axis=1), sums_two.sum(axis=1)) / ((n - 1) * (n - 2))
    mixed = 2.0 / (n - 2) * sums_one @ sums_two.T
    found: np.ndarray = (trace + whole - mixed) / (n * (n - 3))
    return found


def _check(first: np.ndarray, second: np.ndarray) -> None:
    if first.ndim != 3 or second.ndim != 3 or first.shape[1] != second.shape[1] or first.shape[1] < MIN_ROWS:
        raise ValueError(
            f"rows of {first.shape} and {second.shape}: give (layers, rows, width) for both, as many rows, {MIN_ROWS} "
            "at least"
        )
