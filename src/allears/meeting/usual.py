"""How alike pieces of one voice are in this recording: what it takes to be called alike depends on room and speakers.

In: `Material`. Out: a similarity. Two pieces of one stretch of speech that do not overlap, and begin less than 3 s from
each other, are most often one voice's: the median over all such pairs is what a voice is like itself here. A fixed
similarity to tell voices apart by is right for some recordings and wrong for others: of the same voice it was 0.67 in
close clean speech of people the head was trained with, and 0.53 in meetings (medians).

Letters: N pieces.
"""

from __future__ import annotations

import numpy as np

from allears.meeting.chunk import Material
from allears.meeting.pieces import PIECE_S, STEP_S

__all__ = ["usual_likeness"]

_FAR_S = 3.0
_FEWEST = 5  # pairs; of fewer the median says nothing
_UNKNOWN = 0.6
_BOUNDS = (0.4, 0.75)


def usual_likeness(material: Material) -> float:
    """The median similarity; a usual one where hardly anybody speaks for long."""
    pieces, vectors = material.pieces, material.vectors
    found: list[np.ndarray] = []
    steps = np.diff(pieces[:, 0])
    is_next = (steps <= STEP_S + 1e-6) & (pieces[:-1, 1] > pieces[1:, 0])  # slides on over the same stretch
    stretch = np.concatenate([[0], np.cumsum(~is_next)])
    for apart in range(1, round(_FAR_S / STEP_S) + 1):
        if apart >= len(pieces):
            break
        gap = pieces[apart:, 0] - pieces[:-apart, 0]
        is_pair = (stretch[apart:] == stretch[:-apart]) & (gap >= PIECE_S - 1e-6) & (gap <= _FAR_S + 1e-6)
        found.append((vectors[apart:] * vectors[:-apart]).sum(axis=1)[is_pair])
    alike = np.concatenate(found) if found else np.zeros(0)
    return float(np.clip(np.median(alike), *_BOUNDS)) if len(alike) >= _FEWEST else _UNKNOWN
