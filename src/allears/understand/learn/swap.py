"""Sentences with other values: `play [yesterday]` becomes `play [bohemian rhapsody]`, as one set of labels has both.

In: an example, and the values its set has for each slot. Out: the example with some of its values exchanged. So a
network cannot learn a sentence by heart, and hears each value in places where training did not have it.
Source: Louvan & Magnini 2020, "Simple is Better! Lightweight Data Augmentation for Low Resource Slot Filling and Intent
Classification" (slot substitution). Ours differs: every value of a chosen sentence is exchanged with probability
one half, and values are drawn as often as they occur.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from allears.understand.learn.sentences import Example
from allears.understand.tags import spans_of

__all__ = ["Values", "swap_values", "values_of"]

Values = Mapping[str, Sequence[tuple[str, ...]]]
"""Slot -> the words of its values, as often as they occur."""

_EACH = 0.5  # probability that a value of a chosen sentence is exchanged


def values_of(examples: Iterable[Example]) -> Values:
    """The values in a set's sentences."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for e in examples:
        for value in spans_of(e.tags or ()):
            found.setdefault(value.name, []).append(tuple(e.words[value.first : value.stop]))
    return found


def swap_values(example: Example, values: Values, draw: random.Random) -> Example:
    """The example with each value exchanged for one of the same slot, or not; itself if it has none."""
    if example.tags is None:
        return example
    words, tags, at = list[str](), list[str](), 0
    for value in spans_of(example.tags):
        words += example.words[at : value.first]
        tags += example.tags[at : value.first]
        own = tuple(example.words[value.first : value.stop])
        put = draw.choice(values[value.name]) if value.name in values and draw.random() < _EACH else own
        words += put
        tags += [f"B-{value.name}", *[f"I-{value.name}"] * (len(put) - 1)]
        at = value.stop
    return replace(example, words=(*words, *example.words[at:]), tags=(*tags, *example.tags[at:]))
