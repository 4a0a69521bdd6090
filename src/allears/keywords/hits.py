"""Where a score that every frame has is a hit: the peaks that no higher peak of the same keyword overlaps.

In: a score an end frame, and the frame each path began at. Out: `KeywordHit`.

Letters: T frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["KeywordHit", "Scores", "peaks", "strongest"]


@dataclass(frozen=True)
class KeywordHit:
    """A keyword that was heard.

    Attributes:
        keyword: its name.
        start_s, end_s: when it was said.
        score: how like the keyword it sounds: the mean cosine of frames to the examples (at most 1), or the mean
            log-likelihood ratio a unit of the spelling (at most 0).
        false_accepts_per_hour: how often ordinary sound scores as high, by what was measured on such sound.
        by: `examples` or `spelling`.
    """

    keyword: str
    start_s: float
    end_s: float
    score: float
    false_accepts_per_hour: float
    by: str


@dataclass(frozen=True, eq=False)
class Scores:
    """One way to hear one keyword, at every frame.

    Attributes:
        score: (T,) of the best path that ends with the frame; -inf where none can.
        start: (T,) the frame that path begins with.
    """

    score: np.ndarray
    start: np.ndarray


def peaks(scores: Scores, threshold: float) -> list[tuple[int, int, float]]:
    """(first frame, last frame, score) of the best paths at or above the threshold, none overlapping a better one."""
    order = np.flatnonzero(scores.score >= threshold)
    order = order[np.argsort(-scores.score[order], kind="stable")]
    taken = np.zeros(len(scores.score), bool)
    found: list[tuple[int, int, float]] = []
    for end in order.tolist():
        start = int(scores.start[end])
        if not taken[start : end + 1].any():
            taken[start : end + 1] = True
            found.append((start, end, float(scores.score[end])))
    return sorted(found)


def strongest(hits: Iterable[KeywordHit]) -> tuple[KeywordHit, ...]:
    """Of hits of one keyword that overlap, the one the background gives most rarely; in order of time."""
    kept: list[KeywordHit] = []
    for hit in sorted(hits, key=lambda hit: hit.false_accepts_per_hour):
        if not any(_overlap(hit, other) for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: (hit.start_s, hit.keyword)))


def _overlap(a: KeywordHit, b: KeywordHit) -> bool:
    return a.keyword == b.keyword and a.start_s < b.end_s and b.start_s < a.end_s
