"""Tracks -> people: the most alike are put together first, those that are surely two people never.

In: directions of tracks and how long each talks. Out: a person a track. Two groups are compared by their mean
directions, as `merge_alike` in `cluster.py` does; what noise is left in the means of little speech is reckoned with.
Clustering with pairs that must not be joined: Wagstaff et al. 2001, "Constrained k-means clustering with background
knowledge"; ours is agglomerative.

Letters: N tracks, E size of vectors.
"""

from __future__ import annotations

import numpy as np

from allears.decode.embedding import unit

__all__ = ["grouped"]


def grouped(
    vectors: np.ndarray,
    sizes: np.ndarray,
    is_apart: np.ndarray,
    stop: float,
    *,
    usual: float,
    fewest: int = 1,
    most: int,
) -> np.ndarray:
    """Persons (N,) of tracks, from 0 on, the one who talks most first.

    Args:
        vectors: (N, E) of length 1.
        sizes: (N,) in stretches that share no sound.
        is_apart: (N, N) which tracks are two people; not heeded where there would be more than `most` people.
        stop: cosine below which two groups stay apart, for means without noise.
        usual: cosine of single stretches of one person.
        fewest: people to leave, if there are as many tracks.
        most: people to leave.
    """
    sums, sizes, is_apart = vectors * sizes[:, None], sizes.astype(np.float64).copy(), is_apart.copy()
    labels, left = np.arange(len(vectors)), np.ones(len(vectors), bool)
    means = unit(sums)
    while left.sum() > fewest:
        clean = np.sqrt(usual / (usual + (1 - usual) / np.maximum(sizes, 0.1)))  # of 1: no noise left
        margin = means @ means.T - stop * clean[:, None] * clean[None, :]
        margin[~(left[:, None] & left[None, :])] = -np.inf
        np.fill_diagonal(margin, -np.inf)
        allowed = np.where(is_apart, -np.inf, margin)
        a, b = divmod(int(allowed.argmax()), len(means))
        if not allowed[a, b] >= 0:
            if left.sum() <= most:
                break
            if not np.isfinite(allowed[a, b]):
                a, b = divmod(int(margin.argmax()), len(means))
        sums[a] += sums[b]
        sizes[a] += sizes[b]
        means[a], left[b] = unit(sums[a]), False
        is_apart[a] |= is_apart[b]
        is_apart[:, a] |= is_apart[:, b]
        labels[labels == b] = a
    kept = np.flatnonzero(left)
    order = kept[np.argsort(-sizes[kept], kind="stable")]
    place = np.zeros(len(labels), np.int64)
    place[order] = np.arange(len(order))
    return place[labels]
