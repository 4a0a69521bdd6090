"""The speakers of windows, linked to tracks; what is surely one person's, and what is surely not.

In: `LocalWindow`s and their links. Out: `Tracks`. A track is one person for as long as windows agree who talks. Two
tracks that are heard in the same window are two people, since the head told them apart there, if both talk for long
enough that it can be trusted. So a recording shows by itself how alike vectors of one person are (those of one track,
of windows that share no sound), and how alike those of two (those of one window).

Letters: W windows, S speakers of a window, N tracks, E size of vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.decode.embedding import unit
from allears.meeting.links import links, usual_of_links
from allears.meeting.local import LocalWindow

__all__ = ["Tracks", "tracks_of"]

_HEARD = 4.0  # windows hear each moment so often
_SURE_S = 1.0  # alone: less is not trusted to be another person
_FEWEST = 4  # pairs; of fewer the median says nothing
_DIFFERENT = 0.1  # cosine of two people's vectors where a recording does not show it


@dataclass(frozen=True, eq=False)
class Tracks:
    """What is known before anybody looks at voices.

    Attributes:
        number: (W, S) track of each window's speaker; -1 without a vector.
        vectors: (N, E) sums of the vectors, each times the seconds it was made of.
        seconds: (N,) that a track's vectors were made of, each second once.
        together_s: (N, N) seconds that two tracks are heard in one window, of the one that talks less.
        same: cosine of one person's vectors, the usual one.
        different: cosine of two people's vectors, the usual one.
    """

    number: np.ndarray
    vectors: np.ndarray
    seconds: np.ndarray
    together_s: np.ndarray
    same: float
    different: float


def tracks_of(windows: Sequence[LocalWindow], vectors: np.ndarray, alone_s: np.ndarray) -> Tracks:
    """Link the speakers of windows, with their vectors (W, S, E) and the seconds (W, S) these were made of."""
    linked = links(windows)
    number = _numbered(linked, alone_s > 0)
    count = int(number.max()) + 1
    is_heard = number >= 0
    sums, seconds = np.zeros((count, vectors.shape[2])), np.zeros(count)
    np.add.at(sums, number[is_heard], vectors[is_heard] * alone_s[is_heard][:, None] / _HEARD)
    np.add.at(seconds, number[is_heard], alone_s[is_heard] / _HEARD)
    together_s, alike = np.zeros((count, count)), []
    for row, told_s, own in zip(number, alone_s, vectors, strict=True):
        for a in range(len(row)):
            for b in range(a):
                least_s = float(min(told_s[a], told_s[b]))
                if least_s >= _SURE_S:
                    together_s[row[a], row[b]] += least_s / _HEARD
                    together_s[row[b], row[a]] += least_s / _HEARD
                    alike.append(float(own[a] @ own[b]))
    different = float(np.median(alike)) if len(alike) >= _FEWEST else _DIFFERENT
    return Tracks(number, unit(sums), seconds, together_s, usual_of_links(windows, linked, vectors), different)


def _numbered(linked: np.ndarray, is_heard: np.ndarray) -> np.ndarray:
    """(W, S) numbers of tracks, from 0 on, none left out; -1 where nothing is heard."""
    number, count = np.full(linked.shape, -1), 0
    for window, row in enumerate(linked):
        for who in range(len(row)):
            if not is_heard[window, who]:
                continue
            if number[window, who] < 0:
                number[window, who], count = count, count + 1
            if window + 1 < len(linked) and row[who] >= 0:
                number[window + 1, row[who]] = number[window, who]
    return np.where(is_heard, number, -1)
