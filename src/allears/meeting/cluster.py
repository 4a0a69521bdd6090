"""Pieces of speech -> voices: agglomerative clustering with average linkage, until no two clusters are alike enough.

In: vectors (N, E) of length 1. Out: a cluster a vector. The mean similarity of all pairs of two clusters is the scalar
product of their mean vectors, since (1 / nm) sum_ij x_i . y_j = mean(x) . mean(y); so clusters are known by mean and
size, and linkage (UPGMA, Sokal and Michener 1958) needs no matrix of all pairs. Long meetings are clustered block by
block first, more strictly, and then the blocks' clusters.

Letters: N vectors, E their size, K clusters.
"""

from __future__ import annotations

import numpy as np

from allears.decode.embedding import unit

__all__ = ["agglomerate", "cluster_means", "merge_alike"]

_BLOCK = 400  # vectors; a block takes about 0.1 s
_STRICTER = 0.12  # cosine; within a block only what is surely one voice is put together


def agglomerate(vectors: np.ndarray, stop: float, *, num_clusters: int | None = None) -> np.ndarray:
    """(N, E) -> (N,) numbers of clusters, from 0 on in order of their first vector.

    Args:
        vectors: of length 1.
        stop: mean similarity below which two clusters stay apart.
        num_clusters: how many to end with, whatever `stop` says; as many as `stop` leaves if None.
    """
    if len(vectors) <= _BLOCK:
        return _agglomerate(vectors, np.ones(len(vectors)), stop, num_clusters)
    labels = np.zeros(len(vectors), np.int64)
    count = 0
    for first in range(0, len(vectors), _BLOCK):
        block = vectors[first : first + _BLOCK]
        own = _agglomerate(block, np.ones(len(block)), stop + _STRICTER, None)
        labels[first : first + len(block)] = own + count
        count += int(own.max()) + 1
    means, sizes = cluster_means(vectors, labels)
    return _in_order(_agglomerate(means, sizes, stop, num_clusters)[labels])


def cluster_means(vectors: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean vectors (K, E) and sizes (K,) of clusters 0 to K - 1."""
    sizes = np.bincount(labels).astype(np.float64)
    sums = np.zeros((len(sizes), vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    return sums / np.maximum(sizes, 1.0)[:, None], sizes


def merge_alike(
    means: np.ndarray, sizes: np.ndarray, stop: float, *, usual: float = 1.0, fewest: int = 1, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Put clusters together whose means point the same way, the most alike first.

    The mean of many pieces has little noise left, so that the direction of two means says more than the mean
    similarity of single pieces, which sinks with their noise. What noise is left in small clusters is reckoned with:
    the means of n and m pieces of one voice have the cosine u / sqrt((u + (1 - u) / n) (u + (1 - u) / m)).

    Args:
        means: (K, E).
        sizes: (K,), in pieces that share no sound.
        stop: cosine of means, for clusters without end, below which two stay apart if there are no more than `most`.
        usual: u, how alike pieces of one voice are.
        fewest: clusters to leave.
        most: clusters to leave.
    """
    means, sizes = means.copy(), sizes.copy()
    while len(means) > fewest:
        heard = usual / np.sqrt(usual + (1 - usual) / np.maximum(sizes, 1.0))
        margin = unit(means) @ unit(means).T - stop * heard[:, None] * heard[None, :] / usual
        np.fill_diagonal(margin, -np.inf)
        a, b = divmod(int(margin.argmax()), len(means))
        if margin[a, b] < 0 and len(means) <= most:
            break
        means[a] = (sizes[a] * means[a] + sizes[b] * means[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        means, sizes = np.delete(means, b, axis=0), np.delete(sizes, b)
    return means, sizes


def _agglomerate(means: np.ndarray, sizes: np.ndarray, stop: float, num_clusters: int | None) -> np.ndarray:
    means, sizes = means.astype(np.float64).copy(), sizes.astype(np.float64).copy()
    labels, left = np.arange(len(means)), len(means)
    alike = means @ means.T
    np.fill_diagonal(alike, -np.inf)
    while left > 1:
        a, b = sorted(divmod(int(alike.argmax()), len(means)))
        if left <= (num_clusters or 0) or (num_clusters is None and alike[a, b] < stop):
            break
        means[a] = (sizes[a] * means[a] + sizes[b] * means[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        labels[labels == b] = a
        is_gone = ~np.isfinite(alike[a]) & (np.arange(len(means)) != a)
        row = np.where(is_gone, -np.inf, means @ means[a])
        row[[a, b]] = -np.inf
        alike[a], alike[:, a] = row, row
        alike[b], alike[:, b] = -np.inf, -np.inf
        left -= 1
    return _in_order(labels)


def _in_order(labels: np.ndarray) -> np.ndarray:
    """The same clusters, numbered by their first vector."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(first.argsort().argsort()[inverse])
