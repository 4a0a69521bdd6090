"""What sets a piece of speech apart in its recording: less of its own noise, less of what all pieces have in common.

In: vectors of pieces. Out: vectors of pieces.

A piece is put together with those around it (mean of the pieces whose middles are within 1 s), since a voice is better
known from 3 s than from 1.5 s. Then a share of the mean of all is taken away: the room, the microphone and the language
are in every piece and make different voices alike (Garcia-Romero and Espy-Wilson 2011 centre i-vectors for that). Not
all of the mean, since where one person speaks most it is that person's voice.

Letters: N pieces, E size of vectors.
"""

from __future__ import annotations

import numpy as np

from allears.decode.embedding import unit

__all__ = ["contrasted", "widened"]


def widened(pieces: np.ndarray, vectors: np.ndarray, reach_s: float) -> np.ndarray:
    """Vectors (N, E) of length 1: the mean of those whose middles are at most `reach_s` away.

    Args:
        pieces: (N, 2) start and end, seconds, in order of their middles.
        vectors: (N, E).
        reach_s: 0 leaves them as they are.
    """
    middles = pieces.mean(axis=1)
    first = np.searchsorted(middles, middles - reach_s - 1e-6)
    last = np.searchsorted(middles, middles + reach_s + 1e-6)
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    return unit(sums[last] - sums[first])


def contrasted(vectors: np.ndarray, share: float) -> np.ndarray:
    """Vectors (N, E) of length 1 without a share of their mean."""
    return unit(vectors - share * vectors.mean(axis=0))
