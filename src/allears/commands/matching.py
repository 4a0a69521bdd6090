"""Text against a grammar: every way to read the words as a sentence of it, with what it means.

In: the words of `as_said`, the steps of a grammar. Out: `Reading`s, the most literal first. All readings are followed
letter by letter at the same time, so that the time depends on the text and not on the number of sentences.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hassil.util import check_excluded_context, check_required_context

from allears.commands.answer import SlotValue
from allears.commands.items import Block, Close, Mark, Open, Value
from allears.commands.steps import Edge, Marks, Steps

__all__ = ["Reading", "read"]

_MAX_HISTORIES = 8  # readings of one beginning that lead to the same place

_History = tuple["_History | None", int, tuple[Mark, ...]]
"""(what was before, letters read then, marks passed there)"""


@dataclass(frozen=True)
class Reading:
    """One way to read a text.

    Attributes:
        block: the sentence.
        slots: name -> value; its `start_s` and `end_s` are None.
        spans: name -> first letter and the one after the last, in the text.
        num_free: letters that only a list nobody filled takes.
        log_weight: sum of the logarithms of the weights passed.
    """

    block: Block
    slots: Mapping[str, SlotValue]
    spans: Mapping[str, tuple[int, int]]
    num_free: int
    log_weight: float

    @property
    def meaning(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """Equal for readings that mean the same."""
        return self.block.intent, frozenset((name, repr(slot.value)) for name, slot in self.slots.items())


def read(text: str, steps: Steps) -> list[Reading]:
    """Readings of different meaning."""
    edges = steps.follow(text)
    if edges is None:
        return []
    last = edges[-1].step if edges else steps.start
    histories = _histories(edges, {at for at, _ in last.ends})
    readings: dict[object, Reading] = {}
    for at, marks in last.ends:
        for history in histories[at]:
            reading = _reading((history, len(text), marks), text)
            if reading is not None and _is_better(reading, readings.get(reading.meaning)):
                readings[reading.meaning] = reading
    return sorted(readings.values(), key=_rank)


def _histories(edges: Sequence[Edge], ends: set[int]) -> dict[int, list[_History | None]]:
    """The ways to each of the last positions `ends`, at most `_MAX_HISTORIES` to each place on the way.

    Found backwards first: most places on the way lead to no end, and need no history.
    """
    needed = [ends]
    for edge in reversed(edges):
        needed.append({before for at in needed[-1] for before, _ in edge.came[at]})
    histories: dict[int, list[_History | None]] = {0: [None]}
    for at, (edge, after) in enumerate(zip(edges, reversed(needed[:-1]), strict=True)):
        histories = {number: _arrivals(edge.came[number], histories, at) for number in after}
    return histories


def _arrivals(
    came: Sequence[tuple[int, Marks]], histories: dict[int, list[_History | None]], at: int
) -> list[_History | None]:
    kept: list[_History | None] = []
    for before, marks in came:
        some = histories[before][: _MAX_HISTORIES - len(kept)]
        kept += [(history, at, marks) for history in some] if marks else some
    return kept


def _rank(reading: Reading) -> tuple[int, float]:
    return reading.num_free, -reading.log_weight


def _is_better(reading: Reading, other: Reading | None) -> bool:
    return other is None or _rank(reading) < _rank(other)


def _reading(last: _History, text: str) -> Reading | None:
    """The reading whose marks were passed; None if a value's context does not go with the sentence's."""
    opened: list[tuple[str, int, Value | None]] = []
    slots: dict[str, SlotValue] = {}
    spans: dict[str, tuple[int, int]] = {}
    block, num_free, log_weight = None, 0, 0.0
    context: dict[str, object] = {}
    for at, mark in _marks(last):
        match mark:
            case Open(slot):
                opened.append((slot, at + (text[at : at + 1] == " "), None))
            case Value(_, weight, given):
                context |= given or {}
                log_weight += math.log(weight)
                if opened:
                    opened[-1] = (*opened[-1][:2], mark)
            case Close(slot, is_free):
                _, start, value = opened.pop()
                words = text[start:at]
                num_free += len(words) if is_free else 0
                slots[slot] = SlotValue(words if value is None else value.value, words)
                spans[slot] = (start, at)
            case Block():
                block = mark
                log_weight += math.log(mark.weight)
    assert block is not None  # every sentence ends in one
    if not _goes_with(block, context):
        return None
    fixed = {name: SlotValue(value) for name, value in block.slots.items() if name not in slots}
    return Reading(block, {**fixed, **slots}, spans, num_free, log_weight)


def _goes_with(block: Block, context: dict[str, object]) -> bool:
    return check_required_context(dict(block.requires), context, allow_missing_keys=True) and check_excluded_context(
        dict(block.excludes), context
    )


def _marks(last: _History) -> Iterator[tuple[int, Mark]]:
    """Marks with the letters read before them, from the start on."""
    steps = []
    step: _History | None = last
    while step is not None:
        steps.append(step)
        step = step[0]
    for _, at, marks in reversed(steps):
        yield from ((at, mark) for mark in marks)
