"""Where each unit of a known text was said, by CTC: the best path through its scores, and how likely all paths are.

In: log-probabilities a frame and the units of a text. Out: first and last frame of each unit and how sure they were; or
the log-likelihood of the text.
Source: Graves et al. 2006, "Connectionist Temporal Classification", section 4.1: the text with a blank before, between
and after its units, l' of 2 N + 1 states;
    a_t(s) = y_t(l'_s) + max or log-sum of a_{t-1}(s), a_{t-1}(s - 1) and, if l'_s is no blank and not l'_{s-2},
    a_{t-1}(s - 2)
which ends in the last unit or the blank after it. With max it is a forced alignment, as in Kuerzinger et al. 2020,
"CTC-Segmentation"; ours differs from that one: the text fills the audio, it is not searched for in it.

Letters: T frames, C units (the blank is number 0), N units of the text, S = 2 N + 1 states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Aligned", "align_units", "best_path_likelihood", "frames_needed", "log_likelihood"]


@dataclass(frozen=True, eq=False)
class Aligned:
    """Where N units are.

    Attributes:
        firsts, lasts: (N,) frames, the last one included.
        logprobs: (N,) mean log-probability of each unit in its frames.
    """

    firsts: np.ndarray
    lasts: np.ndarray
    logprobs: np.ndarray


def align_units(logprobs: np.ndarray, units: Sequence[int]) -> Aligned:
    """Best path of N units through log-probabilities (T, C).

    Raises:
        ValueError: no unit, one that the head has not, or more of them than fit into the frames.
    """
    emitted, may_skip = _states(logprobs, units)
    totals = _run(emitted, may_skip, np.maximum)
    path = _trace(totals, may_skip)
    frames = np.flatnonzero(path % 2)  # those of units; each unit has at least one
    owners = path[frames] // 2
    firsts = frames[np.searchsorted(owners, np.arange(len(units)), side="left")]
    lasts = frames[np.searchsorted(owners, np.arange(len(units)), side="right") - 1]
    scores = np.bincount(owners, emitted[frames, path[frames]], minlength=len(units))
    return Aligned(firsts, lasts, scores / np.bincount(owners, minlength=len(units)))


def log_likelihood(logprobs: np.ndarray, units: Sequence[int]) -> float:
    """ln p(units | frames) of log-probabilities (T, C), summed over all paths; -inf where the units do not fit.

    Raises:
        ValueError: a unit that the head has not.
    """
    return _total(logprobs, units, np.logaddexp)


def best_path_likelihood(logprobs: np.ndarray, units: Sequence[int]) -> float:
    """ln p of the likeliest path alone; otherwise as `log_likelihood`."""
    return _total(logprobs, units, np.maximum)


def _total(logprobs: np.ndarray, units: Sequence[int], join: np.ufunc) -> float:
    if not len(units):
        return float(logprobs[:, 0].sum())
    if frames_needed(units) > len(logprobs):
        return -np.inf
    totals = _run(*_states(logprobs, units), join)
    return float(join(totals[-1, -1], totals[-1, -2]))


def frames_needed(units: Sequence[int] | np.ndarray) -> int:
    """Fewest frames N units fit into: one each, one more between equal ones."""
    numbers = np.asarray(units)
    return len(numbers) + int((numbers[1:] == numbers[:-1]).sum())


def _states(logprobs: np.ndarray, units: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """What each state emits (T, S), and 0 or -inf: whether it may be reached past the blank before it (S,)."""
    numbers = np.asarray(units, dtype=int)
    num_frames, num_units = logprobs.shape
    if not len(numbers) or numbers.min() < 1 or numbers.max() >= num_units:
        raise ValueError(
            f"units {list(units)} cannot be aligned with a head of {num_units}: give one or more numbers from 1 to "
            f"{num_units - 1} (0 is the blank)"
        )
    if frames_needed(numbers) > num_frames:
        raise ValueError(
            f"{len(numbers)} units need {frames_needed(numbers)} frames (one each, one more between equal ones), the "
            f"audio has {num_frames}: give the text of this audio alone"
        )
    labels = np.zeros(2 * len(numbers) + 1, dtype=int)
    labels[1::2] = numbers
    may_skip = np.full(len(labels), -np.inf)
    may_skip[3::2] = np.where(numbers[1:] != numbers[:-1], 0.0, -np.inf)
    return logprobs[:, labels].astype(float), may_skip


def _run(emitted: np.ndarray, may_skip: np.ndarray, join: np.ufunc) -> np.ndarray:
    """a_t(s), (T, S); `join` puts the ways into a state together."""
    num_frames, num_states = emitted.shape
    totals = np.full((num_frames, num_states + 2), -np.inf)  # two columns in front: there is nothing before state 0
    totals[0, 2:4] = emitted[0, :2]
    skipped = np.empty(num_states)
    for before, now, row in zip(totals[:-1], totals[1:], emitted[1:], strict=True):
        here = now[2:]
        join(before[2:], before[1:-1], out=here)
        np.add(before[:-2], may_skip, out=skipped)
        join(here, skipped, out=here)
        here += row
    return totals[:, 2:]


def _trace(totals: np.ndarray, may_skip: np.ndarray) -> np.ndarray:
    """The state of each frame (T,) on the best path."""
    num_frames, num_states = totals.shape
    path = np.empty(num_frames, dtype=int)
    state = num_states - 1 if totals[-1, -1] > totals[-1, -2] else num_states - 2
    for frame in range(num_frames - 1, 0, -1):
        path[frame] = state
        before = totals[frame - 1]
        ways = [before[state]]
        if state > 0:
            ways.append(before[state - 1])
        if state > 1:
            ways.append(before[state - 2] + may_skip[state])
        state -= int(np.argmax(ways))
    path[0] = state
    return path
