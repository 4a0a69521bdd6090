"""The grammar as a network that is never written out: from each place in it, which letters may come next.

A place is a part that is being read, how far, and the places that follow it: a stack of parts, kept as a linked list
in which equal tails are one. So a list stands in memory once, however many sentences it is in, and a sentence costs
nothing until somebody comes by. White space is normal: one space between words, none at the edges.

`spacing` of a position: 0 after a space or at the start, 1 within a word, 2 where a space is due before the next
letter.
"""

from __future__ import annotations

from threading import RLock
from typing import NamedTuple

from allears.commands.items import (
    Alternatives,
    AnyWords,
    Block,
    Close,
    Item,
    Letters,
    Mark,
    Open,
    Permutation,
    Row,
    Tree,
    Value,
)

__all__ = ["ANY", "Leaves", "Network", "Position"]

ANY = "*"  # stands for every letter, and for a space within words; no letter itself: `as_said` leaves no sign

Position = tuple[int, int]
"""(number of a place, spacing)"""

Marks = tuple[Mark, ...]


class Leaves(NamedTuple):
    """What may come: letter -> where it leads, with the marks passed before it; marks of sentences that end here."""

    arcs: dict[str, list[tuple[Position, Marks]]]
    ends: list[Marks]


class Network:
    """Places of a grammar, found as they are needed. Safe to share among threads.

    Args:
        root: the part that is the whole grammar.
    """

    def __init__(self, root: Item) -> None:
        self._cells: list[tuple[Item | None, int, int]] = [(None, 0, 0)]  # place 0: the end of a sentence
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._leaves: dict[Position, Leaves] = {}
        self._lock = RLock()
        self.start: Position = (self._place(root, 0, 0), 0)

    def leaves(self, position: Position) -> Leaves:
        """What may come at a position."""
        found = self._leaves.get(position)
        if found is None:
            with self._lock:
                found = self._leaves[position] = self._look(position)
        return found

    def _place(self, item: Item, offset: int, rest: int) -> int:
        key = (id(item), offset, rest)  # parts live as long as the network, which holds them in its cells
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._cells)
            self._cells.append((item, offset, rest))
        return number

    def _look(self, position: Position) -> Leaves:
        leaves = Leaves({}, [])
        todo: list[tuple[int, int, Marks]] = [(*position, ())]
        while todo:
            place, spacing, marks = todo.pop()
            item, offset, rest = self._cells[place]
            match item:
                case None:
                    leaves.ends.append(marks)
                case Letters(text):
                    if offset == len(text):
                        todo.append((rest, spacing, marks))
                        continue
                    after = self._place(item, offset + 1, rest)
                    self._step(leaves, todo, text[offset], place, spacing, after, marks)
                case Tree(branches, ends):
                    todo += [(self._place(end, 0, rest), spacing, marks) for end in reversed(ends)]
                    for letter, branch in branches.items():
                        self._step(leaves, todo, letter, place, spacing, self._place(branch, 0, rest), marks)
                        if spacing == 2 and letter != " ":
                            break  # one space leads to all its letters
                case Row(parts):
                    for part in reversed(parts):
                        rest = self._place(part, 0, rest)
                    todo.append((rest, spacing, marks))
                case Alternatives(parts):
                    todo += [(self._place(part, 0, rest), spacing, marks) for part in reversed(parts)]
                case Permutation(parts, after_each):
                    for part, left in zip(parts, after_each or (None,) * len(parts), strict=True):
                        then = rest if left is None else self._place(left, 0, rest)
                        todo.append((self._place(part, 0, then), spacing, marks))
                case AnyWords(is_begun):
                    self._any(leaves, todo, is_begun, place, spacing, rest, marks)
                case Open() | Close() | Value() | Block():
                    todo.append((rest, spacing, (*marks, item)))
        return leaves

    def _step(
        self,
        leaves: Leaves,
        todo: list[tuple[int, int, Marks]],
        letter: str,
        place: int,
        spacing: int,
        after: int,
        marks: Marks,
    ) -> None:
        """Note the arc of a letter at `place` that leads to `after`."""
        if letter == " ":
            todo.append((after, 2 if spacing == 1 else spacing, marks))
        elif spacing == 2:
            leaves.arcs.setdefault(" ", []).append(((place, 0), marks))
        else:
            leaves.arcs.setdefault(letter, []).append(((after, 1), marks))

    def _any(
        self,
        leaves: Leaves,
        todo: list[tuple[int, int, Marks]],
        is_begun: bool,
        place: int,
        spacing: int,
        rest: int,
        marks: Marks,
    ) -> None:
        if not is_begun and spacing == 2:
            leaves.arcs.setdefault(" ", []).append(((place, 0), marks))
            return
        begun = place if is_begun else self._place(_BEGUN, 0, rest)
        leaves.arcs.setdefault(ANY, []).append(((begun, 1), marks))
        if is_begun:
            todo.append((rest, spacing, marks))


_BEGUN = AnyWords(is_begun=True)
