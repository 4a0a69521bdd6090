"""Speech cut into short pieces of which each is, most often, of one speaker.

In: spans of speech, seconds. Out: pieces (start, end). A span longer than a piece is covered by pieces that slide over
it, the last one flush with its end; a shorter one is a piece by itself. 1.5 s every 0.5 s: see `docs/meeting.md`.

Letters: N pieces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.answers import Span

__all__ = ["PIECE_S", "STEP_S", "pieces_of"]

PIECE_S = 1.5
STEP_S = 0.5
SHORTEST_S = 0.2  # shorter ones say nothing of a voice; they go to whoever speaks nearest in time
_JOINED_S = 0.3  # a pause of one speaker between two words


def pieces_of(spans: Sequence[Span], *, piece_s: float = PIECE_S, step_s: float = STEP_S) -> np.ndarray:
    """Pieces (N, 2) of start and end, seconds, in order."""
    found = [piece for start, end in _joined(spans) for piece in _slide(start, end, piece_s, step_s)]
    return np.array(found, np.float64).reshape(-1, 2)


def _joined(spans: Sequence[Span]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for span in spans:
        if joined and span.start_s - joined[-1][1] < _JOINED_S:
            joined[-1] = (joined[-1][0], span.end_s)
        else:
            joined.append((span.start_s, span.end_s))
    return [(start, end) for start, end in joined if end - start >= SHORTEST_S]


def _slide(start_s: float, end_s: float, piece_s: float, step_s: float) -> list[tuple[float, float]]:
    if end_s - start_s <= piece_s:
        return [(start_s, end_s)]
    starts = np.arange(start_s, end_s - piece_s, step_s)
    return [(float(s), float(s) + piece_s) for s in starts] + [(end_s - piece_s, end_s)]
