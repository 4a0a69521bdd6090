"""Who speaks at each moment, given what the voices sound like: a hidden Markov model over short steps.

In: pieces with vectors, voices' vectors. Out: similarity of each step to each voice, and the likeliest course.

A step of 0.1 s is as like a voice as the mean of the pieces that cover it, those whose middle is near counting most
(triangle). The course maximises sum_t s(t, k_t) - c * (number of changes), by the Viterbi algorithm; changing in a
pause costs nothing. Diez et al. 2020, "Bayesian HMM based x-vector clustering for speaker diarization" (VBx), do the
same with a PLDA model and soft assignments; ours are cosines, and hard.

Letters: N pieces, E size of vectors, K voices, T steps.
"""

from __future__ import annotations

import numpy as np

__all__ = ["STEP_S", "course", "likeness", "steps_of"]

STEP_S = 0.1


def steps_of(spans: np.ndarray, end_s: float) -> np.ndarray:
    """Which steps (T,) have their middle in one of the spans (M, 2), seconds."""
    middles = (np.arange(int(np.ceil(end_s / STEP_S))) + 0.5) * STEP_S
    edges = np.zeros(len(middles) + 1, np.int64)
    np.add.at(edges, np.searchsorted(middles, spans[:, 0]), 1)
    np.add.at(edges, np.searchsorted(middles, spans[:, 1]), -1)
    return np.asarray(edges.cumsum()[:-1] > 0)


def likeness(pieces: np.ndarray, vectors: np.ndarray, voices: np.ndarray, num_steps: int) -> np.ndarray:
    """Similarity (T, K) of each step to each voice (K, E); a step no piece covers is like the nearest that one does."""
    alike = vectors @ voices.T
    total, weight = np.zeros((num_steps, len(voices))), np.zeros(num_steps)
    for (start, end), row in zip(pieces, alike, strict=True):
        first, last = int(start / STEP_S), min(int(np.ceil(end / STEP_S)), num_steps)
        middles = (np.arange(first, last) + 0.5) * STEP_S
        share = 1.05 - np.abs(2 * middles - start - end) / max(end - start, STEP_S)
        share = np.maximum(share, 0.05)
        total[first:last] += share[:, None] * row
        weight[first:last] += share
    known = np.flatnonzero(weight > 0)
    if not len(known):
        return total
    found = total[known] / weight[known, None]
    steps = np.arange(num_steps)
    after = np.minimum(np.searchsorted(known, steps), len(known) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(steps - known[before]) <= np.abs(known[after] - steps)
    return np.asarray(found[np.where(is_before & (weight == 0), before, after)])


def course(alike: np.ndarray, is_speech: np.ndarray, change: float) -> np.ndarray:
    """The voice (T,) of each step; that of steps without speech means nothing.

    Args:
        alike: (T, K).
        is_speech: (T,).
        change: what it costs to go from one voice to another while somebody speaks.
    """
    num_steps, num_voices = alike.shape
    best, back = np.zeros(num_voices), np.zeros((num_steps, num_voices), np.int64)
    own = np.arange(num_voices)
    for t in range(num_steps):
        if t:
            cost = change if is_speech[t] and is_speech[t - 1] else 0.0
            leader = int(best.argmax())
            goes = best < best[leader] - cost
            back[t] = np.where(goes, leader, own)
            best = np.where(goes, best[leader] - cost, best)
        if is_speech[t]:
            best = best + alike[t]
    path = np.zeros(num_steps, np.int64)
    path[-1] = int(best.argmax())
    for t in range(num_steps - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path
