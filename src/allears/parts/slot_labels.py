"""Commands with their values marked: what a slot task spells and how its answers are counted.

In: the manifest fields `text` and `slots`. Out: `fly to <city> new york </city>`, in which every tag is one unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from torch import Tensor

from allears.data.slot_values import places_of
from allears.decode.slots import find_slots, is_tag
from allears.parts.spelling import NotSpellableError, SpellingTarget, Units, read_units
from allears.texts import plain_words
from allears.understand.f1 import SpanCounts

__all__ = ["SlotF1", "TaggedUnits", "read_pairs", "read_values", "tag_text"]


class TaggedUnits:
    """The units of a text and two tags a slot.

    Args:
        units: of the text.
        slots: names of the slots.
    """

    def __init__(self, units: Units, slots: Sequence[str]) -> None:
        self._units = units
        tags = [tag for slot in slots for tag in (f"<{slot}>", f"</{slot}>")]
        self.names: tuple[str, ...] = (*units.names, *tags)
        self._index = {tag: len(units.names) + i for i, tag in enumerate(tags)}

    def encode(self, text: str) -> list[int] | None:
        """Numbers of the units of a tagged text, tags apart from words; None if something in it is no unit.

        A tag parts words, so the space on either side of it is not spelt.
        """
        numbers: list[int] = []
        for part in _parts(text):
            some = [self._index[part]] if part in self._index else None if is_tag(part) else self._units.encode(part)
            if some is None:
                return None
            numbers += some
        return numbers


def _parts(text: str) -> Iterable[str]:
    """Tags and the stretches of words between them."""
    words: list[str] = []
    for word in text.split():
        if is_tag(word):
            if words:
                yield " ".join(words)
            yield word
            words = []
        else:
            words.append(word)
    if words:
        yield " ".join(words)


def tag_text(text: str, slots: Any) -> str:
    """The text with its values between tags.

    Args:
        text: as it is written.
        slots: `{slot: value}`, or a list of `{"slot": ..., "value": ...}`, where `start` and `end` may say which
            letters of the text the value is.

    Raises:
        NotSpellableError: a value that is not in the text, or two that overlap.
        ValueError: `slots` is something else.
    """
    spans = sorted((first, stop, name) for name, first, stop in places_of(text, slots))
    if spans and spans[0][0] < 0:
        raise NotSpellableError("slot values that are not in the text")
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise NotSpellableError("slot values that overlap")
    out, at = list[str](), 0
    for first, stop, name in spans:
        out += [plain_words(text[at:first]), f"<{name}>", plain_words(text[first:stop]), f"</{name}>"]
        at = stop
    return " ".join(filter(None, [*out, plain_words(text[at:])]))


def read_values(tagged: str) -> list[tuple[str, str]]:
    """(slot, value) of a tagged text, in order."""
    found, name, words = [], "", list[str]()
    for word in tagged.split():
        if is_tag(word):
            if name and word == f"</{name}>":
                found.append((name, " ".join(words)))
            name, words = ("" if word.startswith("</") else word[1:-1]), []
        else:
            words.append(word)
    return found


def read_pairs(
    output: Tensor, target: SpellingTarget, names: Sequence[str]
) -> Iterator[tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
    """(slot, value) said and true, clip by clip. `output`: (P, T, f C) of the head."""
    for units, text in zip(read_units(output, target, len(names)), target.texts, strict=True):
        yield [(slot.name, slot.value) for slot in find_slots(units, names)], read_values(text)


class SlotF1:
    """F1 of (slot, value) pairs over all clips: a pair counts if both are right to the letter; see `SpanCounts`."""

    name, higher_is_better = "slot_f1", True

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self._counts = names, SpanCounts()

    def update(self, output: Tensor, target: SpellingTarget, num_frames: Tensor) -> None:
        for said, true in read_pairs(output, target, self.names):
            self._counts.add(said, true)

    def compute(self) -> float | None:
        return self._counts.f1
