"""The sentences of a grammar that fit the sound best: CTC scores against states, beginnings in parallel.

In: log-probabilities of units a frame. Out: sentences with the score of their best alignment. Every beginning that is
still likely is a row in some arrays and has a score that it was just said and one that a blank followed (CTC prefix
search, Graves et al. 2006, here with the best path in place of the sum, and with the grammar's arcs only):

    said'(p)  = log y(unit of p) + max(said(p), silent(q), said(q) if the unit of q is another)     q: p without its end
    silent'(p) = log y(blank) + max(said(p), silent(p))

Beginnings much worse than the best are given up. Those that are on are scored first, so that none is made that would be
given up at once.

Letters: T frames, C units (the blank is number 0), P beginnings found so far, N those that are still likely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allears.commands.states import States

__all__ = ["Beam", "Found", "search"]

_ROOM = 16_384  # beginnings there is room for at first
_FILLERS = {
    "_parent": 0, "_unit": 0, "_state": 0, "_is_doubled": False, "_first_child": -1, "_num_children": 0,
    "_said": -np.inf, "_silent": -np.inf, "_is_on": False,
}  # fmt: skip
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
        self._parent = np.zeros(_ROOM, np.int64)
        self._unit = np.zeros(_ROOM, np.int64)
        self._state = np.zeros(_ROOM, np.int64)
        self._is_doubled = np.ones(_ROOM, bool)  # the same unit as its parent's: needs a blank between them
        self._first_child = np.full(_ROOM, -1, np.int64)
        self._num_children = np.zeros(_ROOM, np.int64)
        self._said = np.full(_ROOM, -np.inf, np.float32)
        self._silent = np.full(_ROOM, -np.inf, np.float32)
        self._is_on = np.zeros(_ROOM, bool)
        self._silent[0] = 0.0
        self._is_on[0] = True
        self._on = np.zeros(1, np.int64)  # (N,) numbers of those still likely

    def rest(self, frame: np.ndarray) -> None:
        """A frame in which nothing begins."""
        on = self._on
        self._silent[on] = np.maximum(self._said[on], self._silent[on]) + frame[0]
        self._said[on] = -np.inf

    def advance(self, frame: np.ndarray, beam: Beam) -> None:
        """A frame (C,)."""
        on = self._on
        said, silent = self._said[on], self._silent[on]
        best = np.maximum(said, silent)
        new_said = np.maximum(said, self._begun(on)) + frame[self._unit[on]]
        new_silent = best + frame[0]
        if on[0] == 0:  # the empty beginning says nothing
            new_said[0] = -np.inf
        score = np.maximum(new_said, new_silent)
        least = _least(score, beam)  # of those that go on: those that begin can only raise it
        children, begun = self._children(on[best + frame[1:].max() >= least], frame, least)
        if len(children):
            score = np.concatenate([score, begun])
            least = max(least, _least(score, beam))
        goes_on, begins = score[: len(on)] >= least, begun >= least
        self._said[on] = self._silent[on] = -np.inf
        self._is_on[on] = False
        on, children = on[goes_on], children[begins]
        self._said[on], self._silent[on] = new_said[goes_on], new_silent[goes_on]
        self._said[children] = begun[begins]
        self._on = np.concatenate([on, children])
        self._is_on[self._on] = True

    def _begun(self, heads: np.ndarray) -> np.ndarray:
        """Score of the heads' parents, from which they may be said anew."""
        parents = self._parent[heads]
        silent = self._silent[parents]
        return np.asarray(np.where(self._is_doubled[heads], silent, np.maximum(silent, self._said[parents])))

    def _children(self, heads: np.ndarray, frame: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
        """Beginnings one unit longer than `heads` that reach the score `least` and are not on yet, and their scores."""
        self._make(heads[self._first_child[heads] < 0])
        children = _ranges(self._first_child[heads], self._num_children[heads])
        score = self._begun(children) + frame[self._unit[children]]
        likely = score >= least
        likely &= ~self._is_on[children]
        return children[likely], score[likely]

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
        self._num_children[heads] = degree
        arcs = _ranges(states.base[self._state[heads]], degree)
        new = slice(self._size, self._size + total)
        self._parent[new] = np.repeat(heads, degree)
        self._unit[new], self._state[new] = states.units[arcs], states.targets[arcs]
        self._is_doubled[new] = self._unit[new] == self._unit[self._parent[new]]
        self._size += total

    def _grow(self, size: int) -> None:
        if size <= len(self._parent):
            return
        more = max(size - len(self._parent), len(self._parent))
        for name, filler in _FILLERS.items():
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.full(more, filler, array.dtype)]))

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


def _least(score: np.ndarray, beam: Beam) -> float:
    """The score from which a beginning is kept."""
    least = float(score.max()) - beam.width
    if len(score) > beam.most:
        least = max(least, float(np.partition(score, -beam.most)[-beam.most]))
    return least


def _ranges(firsts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """`[3, 10], [2, 1]` -> `[3, 4, 10]`."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(firsts - ends + lengths, lengths))
