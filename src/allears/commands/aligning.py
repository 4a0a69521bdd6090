"""When each letter of a known text was said: the best CTC alignment.

In: log-probabilities a frame and the units that were said. Out: the frames of each unit (Viterbi on the units with a
blank before, between and after them; Graves et al. 2006, section 4.1, with the best path in place of the sum).

Letters: T frames, C units (the blank is number 0), U units of the text, S = 2 U + 1 states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["align"]


def align(logprobs: np.ndarray, units: Sequence[int]) -> list[tuple[int, int]]:
    """First frame of each unit and the one after its last, for log-probabilities (T, C).

    Raises:
        ValueError: more units than fit into the frames.
    """
    states = np.zeros(2 * len(units) + 1, np.int64)
    states[1::2] = units
    can_jump = np.zeros(len(states), bool)  # from a unit to another one without a blank
    can_jump[3::2] = states[3::2] != states[1:-2:2]
    jump_cost = np.where(can_jump, 0.0, -np.inf)[2:]
    emitted = logprobs[:, states].astype(np.float64)  # (T, S)
    came_from = np.zeros(emitted.shape, np.int8)
    score = np.full(len(states), -np.inf)
    score[:2] = emitted[0, :2]
    jumped = np.empty(max(0, len(states) - 2))
    for t in range(1, len(emitted)):
        best, came = score.copy(), came_from[t]
        np.add(score[:-2], jump_cost, out=jumped)
        came[1:] = score[:-1] > best[1:]
        np.maximum(best[1:], score[:-1], out=best[1:])
        came[2:][jumped > best[2:]] = 2
        np.maximum(best[2:], jumped, out=best[2:])
        score = best
        score += emitted[t]
    at = len(states) - 1 if len(states) == 1 or score[-1] >= score[-2] else len(states) - 2
    if not np.isfinite(score[at]):
        raise ValueError(f"{len(units)} units do not fit into {len(logprobs)} frames: the audio is too short for them")
    path = np.empty(len(emitted), np.int64)
    for t in range(len(emitted) - 1, -1, -1):
        path[t] = at
        at -= int(came_from[t, at])
    return [_span(path, 2 * number + 1) for number in range(len(units))]


def _span(path: np.ndarray, state: int) -> tuple[int, int]:
    frames = np.flatnonzero(path == state)
    return int(frames[0]), int(frames[-1]) + 1
