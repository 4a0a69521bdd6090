"""The ways through a grammar, letter by letter, remembered: a text that begins as an earlier one did costs little.

In: letters, one after the other. Out: the positions of the network that the text so far leads to, and from which of the
positions before, with which marks. What a text means is read from these steps afterwards (`matching.py`), so that only
ways that end are followed with their marks.

Letters: N positions before a letter, M after it.
"""

from __future__ import annotations

from threading import RLock
from typing import NamedTuple

from allears.commands.items import Mark
from allears.commands.network import ANY, Network, Position

__all__ = ["Edge", "Step", "Steps"]

Marks = tuple[Mark, ...]


class Step:
    """Positions that some texts lead to.

    Attributes:
        positions: M of them, each once.
        ends: marks of sentences that end here: (number of the position, marks).
        edges: letter -> what follows; filled as it is needed.
    """

    __slots__ = ("edges", "ends", "positions")

    def __init__(self, positions: tuple[Position, ...], network: Network) -> None:
        self.positions = positions
        self.ends = [(at, marks) for at, one in enumerate(positions) for marks in network.leaves(one).ends]
        self.edges: dict[str, Edge] = {}


class Edge(NamedTuple):
    """A letter: the step it leads to, and for each of its M positions those it came from: (number of N, marks)."""

    step: Step
    came: tuple[tuple[tuple[int, Marks], ...], ...]


class Steps:
    """Steps found so far. Safe to share among threads.

    Args:
        network: the grammar.
    """

    def __init__(self, network: Network) -> None:
        self._network, self._lock = network, RLock()
        self._known: dict[tuple[Position, ...], Step] = {}
        self.start = self._step((network.start,))

    def follow(self, text: str) -> list[Edge] | None:
        """An edge a letter; None where the grammar knows no such text."""
        step, edges = self.start, []
        for letter in text:
            edge = step.edges.get(letter)
            if edge is None:
                with self._lock:
                    edge = step.edges[letter] = self._look(step, letter)
            if not edge.step.positions:
                return None
            edges.append(edge)
            step = edge.step
        return edges

    def _step(self, positions: tuple[Position, ...]) -> Step:
        step = self._known.get(positions)
        if step is None:
            step = self._known[positions] = Step(positions, self._network)
        return step

    def _look(self, step: Step, letter: str) -> Edge:
        came: dict[Position, list[tuple[int, Marks]]] = {}
        for number, position in enumerate(step.positions):
            arcs = self._network.leaves(position).arcs
            for key in (letter, ANY):
                for after, marks in arcs.get(key, ()):
                    came.setdefault(after, []).append((number, marks))
        return Edge(self._step(tuple(came)), tuple(map(tuple, came.values())))
