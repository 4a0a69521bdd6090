"""Phones as they are written to what can be heard of them, and back: which items share a stretch of sound.

In: a string in a voice's alphabet, one character an item. Out: its words as units that an aligner can find, and, when
those were found, how many frames each item lasts.

A stress mark is heard as little as a space is: it belongs to the phone behind it, a length mark to the one before.
The items of a unit share its frames; spaces and marks of a sentence share the pause where they stand. Every item has
one frame at least, as a voice is taught, taken from its neighbours where a sound was too short.

Letters: N items, with the silence before and after; T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.speaking.tokens import PAUSES

__all__ = ["Unit", "apart", "durations_of", "units_of", "words_of"]

_STRESS = "ˈˌ"
_LONGER = "ːˑ"
_BESIDE = "ʰʲʷˠˤ\u0303\u0329\u032f\u0361"  # breath, place, and what stands over or under a phone
_SILENT = f'{PAUSES} \u2014\u2026"()“”'


@dataclass(frozen=True)
class Unit:
    """A phone with the marks that belong to it.

    Attributes:
        name: what is heard: the phone and its length, without stress.
        first: number of its first item, counted from the silence before the sentence, which is 0.
        end: of the item behind its last one.
        word: number of its word.
    """

    name: str
    first: int
    end: int
    word: int


def units_of(phones: str) -> tuple[Unit, ...]:
    """The units of a sentence, in order; marks without a phone beside them belong to none."""
    found, first, word, was_gap = list[Unit](), None, -1, True
    for item, phone in enumerate(phones, 1):
        if phone in _SILENT:
            first, was_gap = None, True
        elif phone in _STRESS:
            first = item if first is None else first
        elif _is_mark(phone):
            if found and not was_gap and found[-1].end == item:
                last = found.pop()
                found.append(Unit(last.name + phone, last.first, item + 1, last.word))
        else:
            word, was_gap = word + was_gap, False
            found.append(Unit(phone, item if first is None else first, item + 1, word))
            first = None
    return tuple(found)


def words_of(units: Sequence[Unit]) -> tuple[tuple[str, ...], ...]:
    """The names of each word's units."""
    words: dict[int, list[str]] = {}
    for unit in units:
        words.setdefault(unit.word, []).append(unit.name)
    return tuple(tuple(names) for names in words.values())


def durations_of(
    units: Sequence[Unit], spans_s: np.ndarray, num_items: int, num_frames: int, frame_s: float
) -> np.ndarray:
    """(N,) int64 frames of each item; their sum is T.

    Args:
        units: of the sentence.
        spans_s: (units, 2) when each begins and ends, seconds.
        num_items: N.
        num_frames: T.
        frame_s: seconds from one frame to the next.

    Raises:
        ValueError: more items than frames.
    """
    if num_items > num_frames:
        raise ValueError(f"{num_items} phones and marks in {num_frames} frames: the text is of another recording")
    edges = np.full(num_items + 1, np.nan)
    edges[0], edges[-1] = 0.0, num_frames
    for unit, (begin_s, end_s) in zip(units, spans_s / frame_s, strict=True):
        edges[unit.first : unit.end + 1] = np.linspace(begin_s, end_s, unit.end - unit.first + 1)
    known = ~np.isnan(edges)  # the edges between spaces and marks: evenly over the pause
    edges = np.interp(np.arange(num_items + 1), np.flatnonzero(known), edges[known])
    return np.diff(apart(np.rint(edges).astype(np.int64), num_frames))


def apart(edges: np.ndarray, num_frames: int) -> np.ndarray:
    """Edges moved as little as need be, so that each is one frame or more behind the one before it."""
    numbers = np.arange(len(edges))
    forward = np.maximum.accumulate(edges - numbers) + numbers
    return np.asarray(np.minimum(forward, num_frames - numbers[::-1]))


def _is_mark(phone: str) -> bool:
    return phone in _LONGER + _BESIDE
