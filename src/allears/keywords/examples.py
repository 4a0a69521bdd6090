"""Query by example: where does it sound like a recording of the keyword? No letters, no language needed.

In: frames of one encoder layer, of the audio and of each example. Out: at each frame, how like the examples the audio
that ends there is, and where that began.

Subsequence dynamic time warping with the asymmetric step pattern of slope constraint P = 1 (Sakoe & Chiba 1978,
"Dynamic programming algorithm optimization for spoken word recognition", table I):

    g(i, j) = min( g(i-1, j-2) + (d(i, j-1) + d(i, j)) / 2,  g(i-1, j-1) + d(i, j),  g(i-2, j-1) + d(i-1, j) + d(i, j) )

with i a frame of the example, j one of the audio, d = 1 - cosine, g(0, j) = d(0, j) for every j (the keyword may begin
anywhere), and the result g(I-1, j) / I. A keyword may thus be said half as fast to twice as fast as the example. Row i
needs rows i-1 and i-2 alone and never itself, so each row is one pass of numpy over all of the audio and all examples.
Ours differs: the examples' likenesses are averaged, each being allowed to end 0.1 s earlier or later than the others.

Letters: T frames of audio, I of an example, N examples, D width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.embedding import unit
from allears.keywords.hits import Scores

__all__ = ["match", "match_one"]

_Row = tuple[np.ndarray, np.ndarray]  # costs and beginnings, (N, T) both
_SLACK = 5  # frames of 20 ms: how far apart the ends of the examples may be


def match(templates: Sequence[np.ndarray], frames: np.ndarray) -> Scores:
    """Mean likeness to the templates (I, D), each of unit length frames, at each of the frames (T, D).

    Raises:
        ValueError: no template, or one of another width.
    """
    if not templates:
        raise ValueError("no example to compare with: add the keyword with three recordings or more")
    if any(template.shape[1:] != frames.shape[1:] for template in templates):
        raise ValueError(
            f"an example's frames have width {templates[0].shape[1]}, the audio's {frames.shape[1]}: add the keyword "
            "again with this model"
        )
    heard = unit(frames.astype(np.float32, copy=False))
    alone, starts = _match_each(templates, heard)
    together = alone.mean(axis=0)
    near = np.mean([_highest_near(row) for row in alone], axis=0)
    score = np.where(together == _highest_near(together), near, -np.inf)  # where they end together best
    best = alone.argmax(axis=0)
    start = starts[best, np.arange(len(frames))]
    return Scores(score, np.minimum(start, np.arange(len(frames))))


def match_one(template: np.ndarray, frames: np.ndarray) -> Scores:
    """Likeness (1 - cost) to one template (I, D) at each frame of (T, D); both of unit length frames."""
    score, start = _match_each([template], frames)
    return Scores(score[0], start[0])


def _match_each(templates: Sequence[np.ndarray], frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Likeness to each of N templates and the frame its path began at, (N, T) both.

    All templates take a row together, the longest first, so that those that still go on are the first ones.
    """
    order = sorted(range(len(templates)), key=lambda n: -len(templates[n]))
    lengths = [len(templates[n]) for n in order]
    score = np.empty((len(templates), len(frames)), np.float32)
    start = np.empty((len(templates), len(frames)), np.int64)
    distance = _distances([templates[n] for n in order], frames)
    cost, cost_before = distance[0], np.full_like(distance[0], np.inf)
    begin = np.broadcast_to(np.arange(len(frames)), cost.shape)
    begin_before = begin
    for i in range(1, lengths[0] + 1):
        going = sum(length > i for length in lengths)
        for n in range(going, len(cost)):  # those whose last row was the one before
            score[order[n]], start[order[n]] = 1.0 - cost[n] / lengths[n], begin[n]
        if not going:
            break
        now, before = distance[i][:going], distance[i - 1][:going]
        (cost, begin), (cost_before, begin_before) = (
            _row(now, before, (cost[:going], begin[:going]), (cost_before[:going], begin_before[:going])),
            (cost[:going], begin[:going]),
        )
    return score, start


def _row(
    now: np.ndarray,
    before: np.ndarray,
    last: _Row,
    last_but_one: _Row,
) -> tuple[np.ndarray, np.ndarray]:
    """Costs and beginnings (N, T) of row i: distances of rows i and i-1, then what rows i-1 and i-2 gave."""
    cost, begin = _later(last[0], 2) + 0.5 * (_later(now, 1) + now), _later(last[1], 2, 0)
    for other, since in (
        (_later(last[0], 1) + now, _later(last[1], 1, 0)),
        (_later(last_but_one[0], 1) + before + now, _later(last_but_one[1], 1, 0)),
    ):
        is_less = other < cost
        cost, begin = np.where(is_less, other, cost), np.where(is_less, since, begin)
    return cost, begin


def _distances(templates: Sequence[np.ndarray], frames: np.ndarray) -> np.ndarray:
    """1 - cosine of frame i of each template to each frame, (I, N, T); 1 beyond a template's end."""
    found = np.ones((len(templates[0]), len(templates), len(frames)), np.float32)
    for n, template in enumerate(templates):
        found[: len(template), n] -= template.astype(np.float32, copy=False) @ frames.T
    return found


def _later(rows: np.ndarray, count: int, fill: float = np.inf) -> np.ndarray:
    """(N, T) moved `count` frames later."""
    moved = np.full_like(rows, fill)
    moved[:, count:] = rows[:, : max(0, rows.shape[1] - count)]
    return moved


def _highest_near(score: np.ndarray) -> np.ndarray:
    """The highest of the scores within `_SLACK` frames of each, (T,)."""
    padded = np.pad(score, _SLACK, constant_values=-np.inf)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * _SLACK + 1).max(axis=-1))
