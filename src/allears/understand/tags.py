"""A tag a word -> the values in a sentence: the likeliest tags of which none follows one it cannot.

In: log-probabilities of tags (N, C). Out: tags, and stretches of words. Viterbi's algorithm (Viterbi 1967) over the
rule of BIO tags: `I-city` stands after `B-city` or `I-city` alone (Ramshaw & Marcus 1995). No transition is learned.

Letters: N words, C tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Stretch", "allowed_after", "spans_of", "viterbi"]

_NEVER = -1e9


class Stretch(NamedTuple):
    """Words `first` to before `stop`, and what they are."""

    name: str
    first: int
    stop: int


def allowed_after(tags: Sequence[str]) -> np.ndarray:
    """(C + 1, C) bool: whether a tag may follow another one; the last row is for the first word."""
    allowed = np.ones((len(tags) + 1, len(tags)), bool)
    for column, tag in enumerate(tags):
        if tag.startswith("I-"):
            own = [tag, f"B-{tag[2:]}"]
            allowed[:, column] = [*(before in own for before in tags), False]
    return allowed


def viterbi(logprobs: np.ndarray, allowed: np.ndarray, may: np.ndarray | None = None) -> list[int]:
    """The likeliest tags of a sentence.

    Args:
        logprobs: (N, C).
        allowed: of `allowed_after`.
        may: (C,) bool, tags that may come at all; None for all of them. `O` must be among them.
    """
    if not len(logprobs):
        return []
    scores = logprobs if may is None else np.where(may, logprobs, _NEVER)
    step = np.where(allowed, 0.0, _NEVER)
    best = scores[0] + step[-1]
    came_from = []
    for row in scores[1:]:
        paths = best[:, None] + step[:-1]
        came_from.append(paths.argmax(0))
        best = paths.max(0) + row
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(int(before[path[-1]]))
    return path[::-1]


def spans_of(tags: Sequence[str]) -> list[Stretch]:
    """The values in BIO tags; an `I-` that continues nothing begins one, as in conlleval."""
    found = list[Stretch]()
    for at, tag in enumerate(tags):
        kind, _, name = tag.partition("-")
        if kind == "I" and found and found[-1].stop == at and found[-1].name == name:
            found[-1] = found[-1]._replace(stop=at + 1)
        elif kind in ("B", "I"):
            found.append(Stretch(name, at, at + 1))
    return found
