"""The grammar in the units a CTC head spells with, without doubt: from a state each unit leads to one state.

In: a grammar and the names of the units. Out: arrays of arcs. States are sets of positions of the grammar's shape and
are found when somebody first comes by (subset construction, Rabin and Scott 1959); a second decoding finds them there.

Letters: S states, A arcs, N states asked about.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from threading import RLock

import numpy as np

from allears.commands.items import Item
from allears.commands.shape import Position, Shape
from allears.decode.spelling import SPACE

__all__ = ["States", "letters_of"]

log = logging.getLogger(__name__)

_UNKNOWN = -1


def letters_of(names: Sequence[str]) -> dict[str, int]:
    """Letter -> number of the unit, of a head's units, the blank first.

    Raises:
        ValueError: units that are pieces of words.
    """
    pieces = [name for name in names[1:] if name != SPACE and len(name) > 1 and not name.startswith("<")]
    if pieces:
        raise ValueError(
            f"commands are decoded letter by letter, and the head spells with pieces such as {pieces[0]!r}: train a "
            "head with `units: {each: character}`"
        )
    return {" " if name == SPACE else name: number for number, name in enumerate(names) if len(name) == 1}


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
        self._shape, self._letters = Shape(root), letters_of(names)
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
        is_final = False
        for position in self._subsets[state]:
            spelt = self._shape.spelt(position)
            is_final = is_final or spelt.is_end
            for letter, after in spelt.arcs.items():
                unit = self._unit(letter)
                if unit is not None:
                    reached.setdefault(unit, set()).update(after)
        first = self._num_arcs
        self.units = _room(self.units, first + len(reached))
        self.targets = _room(self.targets, first + len(reached))
        for number, (unit, positions) in enumerate(sorted(reached.items()), start=first):
            self.units[number] = unit
            self.targets[number] = self._number(self._shape.merged(positions))
        self._num_arcs += len(reached)
        self.degree[state], self.is_final[state] = len(reached), is_final
        self.base[state] = first  # last: who reads it finds the rest

    def _unit(self, letter: str) -> int | None:
        unit = self._letters.get(letter)
        if unit is None:
            unit = self._letters.get(unicodedata.normalize("NFKD", letter)[0])  # an é that the head has no unit for
            if unit is None:
                if letter not in self.unspelt:
                    log.warning("the head has no unit for %r: words with it are not heard", letter)
                self.unspelt[letter] = self.unspelt.get(letter, 0) + 1
        return unit

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
