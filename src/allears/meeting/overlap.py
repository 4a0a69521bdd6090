"""Where two speak at once, as far as one voice a piece can tell.

A piece in which two people speak is like both, and like neither as much as usual. So: around a change from one voice to
another, steps at which the other of the two is less like by at most `reach` are given to both. This finds part of what
overlaps at changes of turn, and nothing of what is said under a long turn ("mhm"): for that, a network that was trained
on overlapping speech is needed.

Letters: T steps, K voices.
"""

from __future__ import annotations

import numpy as np

__all__ = ["second_voices"]

_AROUND = 8  # steps of 0.1 s before and after a change; with pieces of 1.5 s, what is further off is no overlap


def second_voices(path: np.ndarray, alike: np.ndarray, is_speech: np.ndarray, reach: float) -> np.ndarray:
    """The second voice (T,) of each step; -1 where there is none.

    Args:
        path: (T,) first voices.
        alike: (T, K).
        is_speech: (T,).
        reach: see the module; below 0, there is none anywhere.
    """
    second = np.full(len(path), -1)
    if reach < 0:
        return second
    changes = np.flatnonzero(is_speech[1:] & is_speech[:-1] & (path[1:] != path[:-1])) + 1
    for at in changes.tolist():
        one, two = int(path[at - 1]), int(path[at])
        for steps, first, other in (
            (range(at - 1, max(at - 1 - _AROUND, -1), -1), one, two),
            (range(at, min(at + _AROUND, len(path))), two, one),
        ):
            for t in steps:  # outwards, until it is one voice's alone
                if not is_speech[t] or path[t] != first or alike[t, first] - alike[t, other] > reach:
                    break
                second[t] = other
    return second
