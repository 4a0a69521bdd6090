"""Which speakers of one window are which of the next: where two windows hear the same seconds, they talk at once.

In: `LocalWindow`s in order of time. Out: links, and from them how alike one person's vectors are in this recording.
A link says nothing of voices, so it is a second witness beside them. Windows of different chunks share no time: no
links.

Letters: W windows, S speakers of a window, T frames, E size of vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations

import numpy as np

from allears.meeting.local import LocalWindow

__all__ = ["links", "usual_of_links"]

_TALKS = 0.5  # probability
_AGREE = 0.6  # of the seconds in which either talks
_LEAST_S = 0.5  # both talk, for a link
_FEWEST = 5  # pairs; of fewer the median says nothing
_UNKNOWN = 0.6
_BOUNDS = (0.3, 0.9)


def links(windows: Sequence[LocalWindow]) -> np.ndarray:
    """(W, S): which speaker of the next window each one is; -1 where nothing tells."""
    size = max((window.presence.shape[1] for window in windows), default=0)
    found = np.full((len(windows), size), -1)
    for number, (one, two) in enumerate(pairwise(windows)):
        a, b = _shared(one, two)
        if not len(a):
            continue
        both = a.T.astype(np.float64) @ b
        either = a.sum(axis=0)[:, None] + b.sum(axis=0)[None, :] - both
        order = max(permutations(range(size)), key=lambda o: both[range(size), o].sum())
        for who, other in enumerate(order):
            if both[who, other] * one.step_s >= _LEAST_S and both[who, other] >= _AGREE * either[who, other]:
                found[number, who] = other
    return found


def usual_of_links(windows: Sequence[LocalWindow], linked: np.ndarray, vectors: np.ndarray) -> float:
    """The median similarity of one person's vectors (W, S, E) in windows that share no sound.

    A usual one where hardly anybody talks for longer than a window.
    """
    alike = []
    for first in range(len(windows)):
        for who in range(linked.shape[1]):
            last, now = first, who
            while last + 1 < len(windows) and now >= 0 and windows[last].start_s < windows[first].end_s:
                now, last = int(linked[last, now]), last + 1
            is_far = now >= 0 and windows[last].start_s >= windows[first].end_s
            if is_far and windows[first].alone_s[who] > 0 and windows[last].alone_s[now] > 0:
                alike.append(float(vectors[first, who] @ vectors[last, now]))
    return float(np.clip(np.median(alike), *_BOUNDS)) if len(alike) >= _FEWEST else _UNKNOWN


def _shared(one: LocalWindow, two: LocalWindow) -> tuple[np.ndarray, np.ndarray]:
    """Who talks in the frames that both windows hear, (T, S) bool each."""
    first = round((two.start_s - one.start_s) / one.step_s)
    count = max(0, min(len(one.presence) - first, len(two.presence)))
    return one.presence[first : first + count] > _TALKS, two.presence[:count] > _TALKS
