"""The sentences of a grammar that fit the sound best: CTC scores against states, beginnings in parallel.

In: log-probabilities of units a frame. Out: sentences with the score of their best alignment. Every beginning that is
still likely is a row in some arrays and has a score that it was just said and one that a blank followed (CTC prefix
search, Graves et al. 2006, here with the best path in place of the sum, and with the grammar's arcs only):

    said'(p)  = log y(unit of p) + max(said(p), silent(q), said(q) if the unit of q is another)     q: p without its end
    silent'(p) = log y(blank) + max(said(p), silent(p))

Beginnings much worse than the best are given up.

Letters: T frames, C units (the blank is number 0), P beginnings found so far, N those that are still likely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allears.commands.states import States

__all__ = ["Beam", "Found", "search"]

_SURELY_BLANK = -5e-4  # log-probability; nothing begins in such a frame, which saves most of the time of a pause


@dataclass(frozen=True)
class Beam:
    """How much is kept.

    Attributes:
        width: nats below the best beginning.
        most: beginnings a frame.
        num_best: sentences found.
    """

    width: float = 20.0
    most: int = 800
    num_best: int = 24


@dataclass(frozen=True)
class Found:
    """A sentence of the grammar as units, and the log-probability of its best alignment."""

    units: tuple[int, ...]
    logprob: float


def search(logprobs: np.ndarray, states: States, beam: Beam | None = None) -> list[Found]:
    """Sentences for log-probabilities (T, C), best first; none if no sentence was left at the end."""
    options = beam or Beam()
    heads = _Heads(states)
    for frame in logprobs.astype(np.float32, copy=False):
        if frame[0] > _SURELY_BLANK:
            heads.rest(frame)
        else:
            heads.advance(frame, options)
    return heads.ended(options.num_best)


class _Heads:
    """Beginnings: what they are (parent, unit, state), and the scores of those that are still likely."""

    def __init__(self, states: States) -> None:
        self._states = states
        self._size = 1
        self._parent = np.zeros(4096, np.int64)
        self._unit = np.zeros(4096, np.int64)
        self._state = np.zeros(4096, np.int64)
        self._first_child = np.full(4096, -1, np.int64)
        self._said = np.full(4096, -np.inf, np.float32)
        self._silent = np.full(4096, -np.inf, np.float32)
        self._is_on = np.zeros(4096, bool)
        self._silent[0] = 0.0
        self._on = np.zeros(1, np.int64)  # (N,) numbers of those still likely

    def rest(self, frame: np.ndarray) -> None:
        """A frame in which nothing begins."""
        on = self._on
        self._silent[on] = np.maximum(self._said[on], self._silent[on]) + frame[0]
        self._said[on] = -np.inf

    def advance(self, frame: np.ndarray, beam: Beam) -> None:
        """A frame (C,)."""
        heads = np.concatenate([self._on, self._children()])
        parent, unit = self._parent[heads], self._unit[heads]
        said, silent = self._said[heads], self._silent[heads]
        begun = np.maximum(self._silent[parent], np.where(unit == self._unit[parent], -np.inf, self._said[parent]))
        new_said = np.maximum(said, begun) + frame[unit]
        new_silent = np.maximum(said, silent) + frame[0]
        if heads[0] == 0:  # the empty beginning says nothing
            new_said[0] = -np.inf
        score = np.maximum(new_said, new_silent)
        least = score.max() - beam.width
        if len(score) > beam.most:
            least = max(least, np.partition(score, -beam.most)[-beam.most])
        kept = score >= least
        self._said[self._on] = self._silent[self._on] = -np.inf
        self._on = heads[kept]
        self._said[self._on], self._silent[self._on] = new_said[kept], new_silent[kept]

    def _children(self) -> np.ndarray:
        """Beginnings one unit longer than those that are likely, if they are not likely themselves; made if need be."""
        on = self._on
        self._make(on[self._first_child[on] < 0])
        children = _ranges(self._first_child[on], self._states.degree[self._state[on]])
        self._is_on[on] = True
        children = children[~self._is_on[children]]
        self._is_on[on] = False
        return np.asarray(children)

    def _make(self, heads: np.ndarray) -> None:
        """Room for the children of heads (N,)."""
        if not len(heads):
            return
        states = self._states
        states.look(self._state[heads])
        degree = states.degree[self._state[heads]]
        total = int(degree.sum())
        self._grow(self._size + total)
        self._first_child[heads] = self._size + np.cumsum(degree) - degree
        arcs = _ranges(states.base[self._state[heads]], degree)
        new = slice(self._size, self._size + total)
        self._parent[new] = np.repeat(heads, degree)
        self._unit[new], self._state[new] = states.units[arcs], states.targets[arcs]
        self._size += total

    def _grow(self, size: int) -> None:
        while size > len(self._parent):
            more = len(self._parent)
            for name in ("_parent", "_unit", "_state"):
                setattr(self, name, np.concatenate([getattr(self, name), np.zeros(more, np.int64)]))
            self._first_child = np.concatenate([self._first_child, np.full(more, -1, np.int64)])
            for name in ("_said", "_silent"):
                setattr(self, name, np.concatenate([getattr(self, name), np.full(more, -np.inf, np.float32)]))
            self._is_on = np.concatenate([self._is_on, np.zeros(more, bool)])

    def ended(self, num_best: int) -> list[Found]:
        """The best of those that are whole sentences."""
        self._states.look(self._state[self._on])
        ends = self._on[self._states.is_final[self._state[self._on]]]
        score = np.maximum(self._said[ends], self._silent[ends])
        best = ends[np.argsort(-score, kind="stable")[:num_best]]
        return [Found(self._spelt(int(end)), float(max(self._said[end], self._silent[end]))) for end in best]

    def _spelt(self, head: int) -> tuple[int, ...]:
        units: list[int] = []
        while head:
            units.append(int(self._unit[head]))
            head = int(self._parent[head])
        return tuple(reversed(units))


def _ranges(firsts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """`[3, 10], [2, 1]` -> `[3, 4, 10]`."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(firsts - ends + lengths, lengths))
