"""Text as if it had been heard: scores of letters a frame, in which a letter may be wrong, missing or too many.

In: the words of `as_said` and the units' names. Out: log-probabilities like those of a CTC head. So that the search
that finds a sentence in sound also finds the sentence nearest to a transcript that has a slip in it.

Letters: U letters of the text, C units (the blank is number 0), T = 3 U + 2 frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.spelling import SPACE

__all__ = ["as_if_heard"]

_LOST = 0.01  # of a letter, that it was never said
_OTHER = 0.02  # that it was another one, all others together
_MORE = 0.03  # that one more was said between two


def as_if_heard(text: str, names: Sequence[str]) -> np.ndarray:
    """(T, C) log-probabilities: a frame a letter, and two before and after each in which another may stand.

    Two, since a letter that is doubled needs a blank before it.
    """
    letters = {" " if name == SPACE else name: number for number, name in enumerate(names) if len(name) == 1}
    num_units = len(names)
    probabilities = np.full((3 * len(text) + 2, num_units), _MORE / max(1, num_units - 1))
    probabilities[:, 0] = 1 - _MORE
    for at, letter in enumerate(text):
        frame = probabilities[3 * at + 2]
        frame[:] = _OTHER / max(1, num_units - 2)
        frame[0] = _LOST
        frame[letters.get(letter, 0)] = 1 - _OTHER - _LOST
    return np.asarray(np.log(probabilities), np.float32)
