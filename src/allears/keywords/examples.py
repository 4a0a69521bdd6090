"""Query by example: where does it sound like a recording of the keyword? No letters, no language needed.

In: frames of one encoder layer, of the audio and of each example. Out: at each frame, how like the examples the audio
that ends there is, and where that began.

Subsequence dynamic time warping with the asymmetric step pattern of slope constraint P = 1 (Sakoe & Chiba 1978,
"Dynamic programming algorithm optimization for spoken word recognition", table I):

    g(i, j) = min( g(i-1, j-2) + (d(i, j-1) + d(i, j)) / 2,  g(i-1, j-1) + d(i, j),  g(i-2, j-1) + d(i-1, j) + d(i, j) )

with i a frame of the example, j one of the audio, d = 1 - cosine, g(0, j) = d(0, j) for every j (the keyword may begin
anywhere), and the result g(I-1, j) / I. A keyword may thus be said half as fast to twice as fast as the example. Row i
needs rows i-1 and i-2 alone and never itself, so each row is one pass of numpy over all of the audio.
Ours differs: the examples' likenesses are averaged, each being allowed to end 0.1 s earlier or later than the others.

Letters: T frames of audio, I of an example, D width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allears.decode.embedding import unit
from allears.keywords.hits import Scores

__all__ = ["match", "match_one"]

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
    singles = [match_one(template, heard) for template in templates]
    alone = np.stack([single.score for single in singles])
    together = alone.mean(axis=0)
    near = np.mean([_highest_near(row) for row in alone], axis=0)
    score = np.where(together == _highest_near(together), near, -np.inf)  # where they end together best
    best = alone.argmax(axis=0)
    start = np.stack([single.start for single in singles])[best, np.arange(len(frames))]
    return Scores(score, np.minimum(start, np.arange(len(frames))))


def match_one(template: np.ndarray, frames: np.ndarray) -> Scores:
    """Likeness (1 - cost) to one template (I, D) at each frame of (T, D); both of unit length frames."""
    distance = 1.0 - template.astype(np.float32, copy=False) @ frames.T
    begin = np.arange(len(frames))
    cost, start = [distance[0]], [begin]
    for i in range(1, len(template)):
        stretched = _shift(cost[-1], 2) + 0.5 * (_shift(distance[i], 1) + distance[i])
        options = [stretched, _shift(cost[-1], 1) + distance[i]]
        starts = [_shift(start[-1], 2, 0), _shift(start[-1], 1, 0)]
        if i > 1:
            options.append(_shift(cost[-2], 1) + distance[i - 1] + distance[i])
            starts.append(_shift(start[-2], 1, 0))
        choice = np.argmin(options, axis=0)
        cost = [cost[-1], np.choose(choice, options)]
        start = [start[-1], np.choose(choice, starts)]
    return Scores(1.0 - cost[-1] / len(template), start[-1])


def _shift(row: np.ndarray, count: int, fill: float = np.inf) -> np.ndarray:
    """(T,) moved `count` frames later."""
    moved = np.full_like(row, fill)
    moved[count:] = row[: max(0, len(row) - count)]
    return moved


def _highest_near(score: np.ndarray) -> np.ndarray:
    """The highest of the scores within `_SLACK` frames of each, (T,)."""
    padded = np.pad(score, _SLACK, constant_values=-np.inf)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * _SLACK + 1).max(axis=-1))
