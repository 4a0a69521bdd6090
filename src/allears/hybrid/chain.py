"""The best way through states that follow one another: Viterbi on a chain, with a beam, for sound of any length.

In: scores a frame, and for each state whose score it takes, what staying and moving on cost, and whether the state
before it may be left out. Out: the state of each frame.
Source: Viterbi's algorithm as in Rabiner 1989, "A Tutorial on Hidden Markov Models", section III.B:

    d_t(s) = b_t(s) + max( d_{t-1}(s) + stay(s), d_{t-1}(s - 1) + move(s - 1), d_{t-1}(s - 2) + move(s - 2) )

the last only where s - 1 may be left out: a pause between words, or a CTC blank between unlike letters. With nothing to
pay for staying and moving, it is the CTC alignment of `decode/align.py`. Ours differs: of the states, which on a chain
are a stretch, only those within `beam` of the best are kept, so that an hour of sound fits into memory. Where the end
cannot be reached any more, it is done again with a wider beam, at last without one.

Letters: T frames, C columns of scores, S states.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

__all__ = ["BEAM", "Chain", "frames_needed", "walk"]

log = logging.getLogger(__name__)

BEAM = 500.0  # nats; some fifty letters that were not said, or that were said and are not written
_WIDER = 6.0  # times, when the end was lost
_MOST_CELLS = 2_000_000_000  # bytes of the way back


@dataclass(frozen=True, eq=False)
class Chain:
    """States in order. The way begins in the first state, or in the second if the first may be left out; the end
    likewise.

    Attributes:
        columns: (S,) of the scores.
        stay: (S,) log-probability of another frame in the state; 0 where nobody counts.
        move: (S,) of going on.
        is_optional: (S,) may be left out; never two in a row.
    """

    columns: np.ndarray
    stay: np.ndarray
    move: np.ndarray
    is_optional: np.ndarray

    @property
    def skips(self) -> np.ndarray:
        """(S,) whether a state can be reached past the one before it."""
        skips = np.zeros(len(self.columns), bool)
        skips[2:] = self.is_optional[1:-1]
        return skips


def frames_needed(chain: Chain) -> int:
    """Fewest frames that the chain fits into."""
    return int((~chain.is_optional).sum())


def walk(scores: np.ndarray, chain: Chain, beam: float = BEAM) -> tuple[np.ndarray, float]:
    """The state of each frame (T,) for scores (T, C), and what the way scores.

    Raises:
        ValueError: no states; more states than frames; a text that is far too long for the sound.
    """
    if not len(chain.columns) or frames_needed(chain) > len(scores):
        raise ValueError(
            f"{frames_needed(chain)} states do not fit into {len(scores)} frames of sound: give the text of this audio "
            "alone, at least a word"
        )
    while True:
        found = _walk(scores, chain, beam)
        if found is not None:
            return found
        if np.isinf(beam):
            raise ValueError("the text has no way through the sound: no state is possible in some frame")
        beam = beam * _WIDER if beam < BEAM * _WIDER else np.inf
        if np.isinf(beam) and len(scores) * len(chain.columns) > _MOST_CELLS:
            raise ValueError(
                f"the text does not go with the sound: {len(chain.columns)} states lost their way in {len(scores)} "
                "frames; check that it is the text of this recording, or cut both at a pause"
            )
        log.info("the end of the text was not reached: looking again with a beam of %g", beam)


def _walk(scores: np.ndarray, chain: Chain, beam: float) -> tuple[np.ndarray, float] | None:
    """None if the end was not reached."""
    num_states = len(chain.columns)
    passes = np.where(chain.skips, 0.0, -np.inf)
    low, best = 0, np.array([0.0])
    if num_states > 1 and chain.is_optional[0]:
        best = np.zeros(2)
    best = best + scores[0, chain.columns[: len(best)]]
    lows, came_from = np.zeros(len(scores), np.int64), [np.zeros(len(best), np.int8)]
    for t in range(1, len(scores)):
        stop = min(low + len(best) + 2, num_states)
        size = stop - low
        moved = best + chain.move[low : low + len(best)]
        now, came = np.full(size, -np.inf), np.zeros(size, np.int8)
        now[: len(best)] = best + chain.stay[low : low + len(best)]
        one = moved[: size - 1]
        is_better = one > now[1 : 1 + len(one)]
        now[1 : 1 + len(one)][is_better] = one[is_better]
        came[1 : 1 + len(one)][is_better] = 1
        two = moved[: max(0, size - 2)] + passes[low + 2 : low + 2 + max(0, min(len(moved), size - 2))]
        is_better = two > now[2 : 2 + len(two)]
        now[2 : 2 + len(two)][is_better] = two[is_better]
        came[2 : 2 + len(two)][is_better] = 2
        now += scores[t, chain.columns[low:stop]]
        kept = np.flatnonzero(now >= now.max() - beam)
        if not len(kept):
            return None
        first, last = kept[0], kept[-1] + 1
        low, best = low + int(first), now[first:last]
        lows[t] = low
        came_from.append(came[first:last])
    return _back(lows, came_from, low, best, chain)


def _back(
    lows: np.ndarray, came_from: list[np.ndarray], low: int, best: np.ndarray, chain: Chain
) -> tuple[np.ndarray, float] | None:
    """The way to the best end, from the end to the beginning."""
    num_states = len(chain.columns)
    ends = [num_states - 1, *([num_states - 2] if num_states > 1 and chain.is_optional[-1] else [])]
    reached = {end: float(best[end - low]) for end in ends if low <= end < low + len(best)}
    at = max(reached, key=lambda end: reached[end], default=-1)
    if at < 0 or not np.isfinite(reached[at]):
        return None
    total, path = reached[at], np.empty(len(lows), np.int64)
    for t in range(len(lows) - 1, -1, -1):
        path[t] = at
        at -= int(came_from[t][at - lows[t]])
    return path, total
