"""How alike pieces of one voice are in this recording: what it takes to be called alike depends on room and speakers.

In: pieces with vectors. Out: a similarity. Two pieces that begin 2.7 to 6 s from each other hardly share any sound and
are most often one voice's: the median over all such pairs is what a voice is like itself here. A fixed similarity to
tell voices apart by is right for some recordings and wrong for others: of the same voice it was 0.67 in close clean
speech of people the head was trained with, and 0.53 in meetings (medians of pieces as they are).

Letters: N pieces, E size of vectors.
"""

from __future__ import annotations

import numpy as np

__all__ = ["usual_likeness"]

_APART_S = (2.7, 6.0)  # of the starts; a widened piece is 3.5 s long, of which the ends count little
_MOST_BETWEEN = 24  # pieces that begin within 6 s
_FEWEST = 5  # pairs; of fewer the median says nothing
_UNKNOWN = 0.6
_BOUNDS = (0.3, 0.8)


def usual_likeness(pieces: np.ndarray, vectors: np.ndarray) -> float:
    """The median similarity; a usual one where hardly anybody speaks for long.

    Args:
        pieces: (N, 2) start and end, seconds, in order.
        vectors: (N, E) of length 1.
    """
    found: list[np.ndarray] = []
    for between in range(1, min(_MOST_BETWEEN, len(pieces) - 1) + 1):
        gap = pieces[between:, 0] - pieces[:-between, 0]
        is_pair = (gap >= _APART_S[0]) & (gap <= _APART_S[1])
        found.append((vectors[between:] * vectors[:-between]).sum(axis=1)[is_pair])
    alike = np.concatenate(found) if found else np.zeros(0)
    return float(np.clip(np.median(alike), *_BOUNDS)) if len(alike) >= _FEWEST else _UNKNOWN
