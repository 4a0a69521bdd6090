"""The grammar as nothing but spelling: from each place in it, which letters may come next. Meaning is left out.

`network.py` keeps every way apart, since ways mean different things. Here ways that go through the same part are one
until the part ends, whatever follows it: a list that 700 sentences begin with is walked once and not 700 times. What
follows is a set, in which a way goes on: a stack of sets in place of a stack (graph-structured stack, Tomita 1985).
Words nobody gave (`AnyWords`) are not spelt, so that nothing follows them.

`spacing` of a position: as in `network.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from allears.commands.items import Alternatives, AnyWords, Item, Letters, Permutation, Row, Tree

__all__ = ["Place", "Position", "Shape", "Spelt"]

Place = tuple[Item | None, int, int]
"""(part, how far in it, number of what follows); no part is the end of a sentence"""

Position = tuple[Item | None, int, int, int]
"""(a place, spacing)"""

_END: Place = (None, 0, 0)


class Spelt(NamedTuple):
    """What may come at a position: letter -> where it leads; whether a sentence ends here."""

    arcs: dict[str, set[Position]]
    is_end: bool


class Shape:
    """Positions of a grammar, found as they are needed. Not to be shared among threads.

    Args:
        root: the part that is the whole grammar.
    """

    def __init__(self, root: Item) -> None:
        self._rests: list[frozenset[Place]] = [frozenset()]  # one of the places follows
        self._rest_numbers: dict[frozenset[Place], int] = {}
        self._spelt: dict[Position, Spelt] = {}
        self.start: Position = (root, 0, self._rest(frozenset([_END])), 0)

    def spelt(self, position: Position) -> Spelt:
        """What may come at a position."""
        found = self._spelt.get(position)
        if found is None:
            found = self._spelt[position] = self._look(position)
        return found

    def merged(self, positions: Collection[Position]) -> frozenset[Position]:
        """The same ways in fewer positions: those in the same part are one, followed by what follows any of them."""
        if len(positions) == 1:
            return frozenset(positions)
        parts: dict[tuple[Item | None, int, int], list[int]] = {}
        for item, offset, rest, spacing in positions:
            parts.setdefault((item, offset, spacing), []).append(rest)
        return frozenset(
            (item, offset, self._union(rests), spacing) for (item, offset, spacing), rests in parts.items()
        )

    def _union(self, rests: list[int]) -> int:
        return rests[0] if len(rests) == 1 else self._rest(frozenset().union(*(self._rests[rest] for rest in rests)))

    def _rest(self, places: frozenset[Place]) -> int:
        number = self._rest_numbers.get(places)
        if number is None:
            number = self._rest_numbers[places] = len(self._rests)
            self._rests.append(places)
        return number

    def _look(self, position: Position) -> Spelt:
        arcs: dict[str, set[Position]] = {}
        todo, seen, is_end = [position], {position}, False
        while todo:
            at = todo.pop()
            if at[0] is None:
                is_end = True
                continue
            for new in self._follow(at, arcs):
                if new not in seen:
                    seen.add(new)
                    todo.append(new)
        return Spelt(arcs, is_end)

    def _follow(self, position: Position, arcs: dict[str, set[Position]]) -> Sequence[Position]:
        """Note the letters at a position; the positions that are reached without a letter."""
        item, offset, rest, spacing = position
        match item:
            case Letters(text):
                if offset < len(text):
                    return _step(arcs, text[offset], position, (item, offset + 1, rest))
            case Tree(branches, ends):
                todo: list[Position] = [(end, 0, rest, spacing) for end in ends]
                for letter, branch in branches.items():
                    todo += _step(arcs, letter, position, (branch, 0, rest))
                return todo
            case Row(parts):
                for part in reversed(parts[1:]):
                    rest = self._rest(frozenset([(part, 0, rest)]))
                if parts:
                    return [(parts[0], 0, rest, spacing)]
            case Alternatives(parts):
                return [(part, 0, rest, spacing) for part in parts]
            case Permutation(parts, after_each):
                rests = [self._rest(frozenset([(left, 0, rest)])) for left in after_each] or [rest] * len(parts)
                return [(part, 0, then, spacing) for part, then in zip(parts, rests, strict=True)]
            case AnyWords():
                return []
        return [(*place, spacing) for place in self._rests[rest]]


def _step(arcs: dict[str, set[Position]], letter: str, position: Position, after: Place) -> Sequence[Position]:
    """Note the arc of a letter at a position that leads to the place `after`."""
    item, offset, rest, spacing = position
    if letter == " ":
        return [(*after, 2 if spacing == 1 else spacing)]
    if spacing == 2:
        arcs.setdefault(" ", set()).add((item, offset, rest, 0))
    else:
        arcs.setdefault(letter, set()).add((*after, 1))
    return ()
