"""The grammar in the units a CTC head spells with, without doubt: from a state each unit leads to one state.

In: a grammar and the names of the units, letters or pieces of words. Out: arrays of arcs; a piece is one wherever its
letters can be read one after another, so that a word has a way for each way to cut it. States are sets of positions of
the grammar's shape and are found when somebody first comes by (subset construction, Rabin and Scott 1959); a second
decoding finds them there.

Letters: S states, A arcs, N states asked about.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Collection, Sequence
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from allears.commands.items import Item
from allears.commands.shape import Position, Shape
from allears.decode.spelling import SPACE

__all__ = ["Branch", "States", "units_tree"]

log = logging.getLogger(__name__)

_UNKNOWN = -1


class Branch(NamedTuple):
    """Where some letters of a unit's name lead: to the units that go on with them, and to the unit that ends here."""

    longer: dict[str, Branch]
    unit: int | None


def units_tree(names: Sequence[str]) -> Branch:
    """Names of a head's units, the blank first, as a tree of letters; units in brackets are not spelt with."""
    root: dict[str, Any] = {}
    for number, name in enumerate(names):
        if _is_spelt_with(name):
            node = root
            for letter in name.replace(SPACE, " "):
                node = node.setdefault(letter, {})
            node[""] = number
    return _branch(root)


def _is_spelt_with(name: str) -> bool:
    return bool(name) and not (name.startswith("<") and len(name) > 1)


def _branch(node: dict[str, Any]) -> Branch:
    return Branch({letter: _branch(longer) for letter, longer in node.items() if letter}, node.get(""))


class States:
    """States found so far; number 0 is the start. Safe to share among threads.

    Attributes:
        base: (S,) first arc of a state; -1 where nobody looked.
        degree: (S,) how many arcs it has.
        is_final: (S,) whether a sentence ends there; known once somebody looked.
        units, targets: (A,) of the arcs.
        unspelt: letters that the grammar has and the head has not, and how often they were met.
    """

    def __init__(self, root: Item, names: Sequence[str]) -> None:
        self._shape, self._tree = Shape(root), units_tree(names)
        self._letters = {letter for name in names if _is_spelt_with(name) for letter in name.replace(SPACE, " ")}
        spaced = self._tree.longer.get(" ", Branch({}, None))
        self._first = spaced if spaced.longer else self._tree  # pieces begin the first word with a space
        self._subsets: list[frozenset[Position]] = [frozenset([self._shape.start])]
        self._numbers = {self._subsets[0]: 0}
        self._lock = RLock()
        self._num_arcs = 0
        self.base = np.full(1024, _UNKNOWN, np.int64)
        self.degree = np.zeros(1024, np.int64)
        self.is_final = np.zeros(1024, bool)
        self.units = np.zeros(1024, np.int64)
        self.targets = np.zeros(1024, np.int64)
        self.unspelt: dict[str, int] = {}

    def look(self, states: np.ndarray) -> None:
        """Find the arcs of states (N,) that nobody looked at yet."""
        new = states[self.base[states] == _UNKNOWN]
        if len(new):
            with self._lock:
                for state in dict.fromkeys(new.tolist()):
                    if self.base[state] == _UNKNOWN:
                        self._look(state)

    def _look(self, state: int) -> None:
        reached: dict[int, set[Position]] = {}
        is_final = any(self._shape.spelt(position).is_end for position in self._subsets[state])
        todo: list[tuple[Branch, Collection[Position]]]
        todo = [(self._tree if state else self._first, self._subsets[state])]
        while todo:
            branch, positions = todo.pop()
            for letter, after in self._next_letters(positions).items():
                longer = branch.longer.get(letter)
                if longer is None:
                    continue
                if longer.unit is not None:
                    reached.setdefault(longer.unit, set()).update(after)
                if longer.longer:
                    todo.append((longer, self._shape.merged(after)))
        first = self._num_arcs
        self.units = _room(self.units, first + len(reached))
        self.targets = _room(self.targets, first + len(reached))
        for number, (unit, positions) in enumerate(sorted(reached.items()), start=first):
            self.units[number] = unit
            self.targets[number] = self._number(self._shape.merged(positions))
        self._num_arcs += len(reached)
        self.degree[state], self.is_final[state] = len(reached), is_final
        self.base[state] = first  # last: who reads it finds the rest

    def _next_letters(self, positions: Collection[Position]) -> dict[str, set[Position]]:
        """Letter, as the head spells it -> where it leads."""
        found: dict[str, set[Position]] = {}
        for position in positions:
            for letter, after in self._shape.spelt(position).arcs.items():
                spelt = self._as_spelt(letter)
                if spelt is not None:
                    found.setdefault(spelt, set()).update(after)
        return found

    def _as_spelt(self, letter: str) -> str | None:
        if letter in self._letters:
            return letter
        plain = unicodedata.normalize("NFKD", letter)[0]  # an é that the head has no unit for
        if plain in self._letters:
            return plain
        if letter not in self.unspelt:
            log.warning("the head has no unit for %r: words with it are not heard", letter)
        self.unspelt[letter] = self.unspelt.get(letter, 0) + 1
        return None

    def _number(self, subset: frozenset[Position]) -> int:
        number = self._numbers.get(subset)
        if number is None:
            number = len(self._subsets)
            self.base = _room(self.base, number + 1, _UNKNOWN)
            self.degree, self.is_final = _room(self.degree, number + 1), _room(self.is_final, number + 1)
            self._subsets.append(subset)
            self._numbers[subset] = number
        return number


def _room(array: np.ndarray, size: int, filler: int = 0) -> np.ndarray:
    """The array, or a longer copy if it has no room for `size`."""
    if size <= len(array):
        return array
    longer = np.full(max(size, 2 * len(array)), filler, array.dtype)
    longer[: len(array)] = array
    return longer
