"""What a grammar is made of: small parts that are put one into the other, each there once however often it is used.

A path through the parts spells a sentence letter by letter; marks on the path say what it means. `Alternatives` of no
parts spell nothing at all, `Letters` of no letters the empty text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "NOTHING",
    "Alternatives",
    "AnyWords",
    "Block",
    "Close",
    "Item",
    "Letters",
    "Mark",
    "Open",
    "Permutation",
    "Row",
    "Tree",
    "Value",
]


@dataclass(eq=False, slots=True)
class Letters:
    """Letters one after the other, spaces among them."""

    text: str


@dataclass(eq=False, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple[Item, ...]


@dataclass(eq=False, slots=True)
class Alternatives:
    """One of the parts. A list or rule that refers to itself is found while reading, so that it ends."""

    parts: tuple[Item, ...]


@dataclass(eq=False, slots=True)
class Permutation:
    """All parts, in any order. `rest`: what is left after the part of that number."""

    parts: tuple[Item, ...]
    rest: tuple[Permutation, ...] = ()

    def __post_init__(self) -> None:
        if len(self.parts) > 1:
            self.rest = tuple(Permutation(self.parts[:i] + self.parts[i + 1 :]) for i in range(len(self.parts)))


@dataclass(eq=False, slots=True)
class Tree:
    """Many texts that share their beginnings: next letter -> tree, and the parts that follow where a text ends."""

    branches: dict[str, Tree] = field(default_factory=dict)
    ends: list[Item] = field(default_factory=list)

    def add(self, text: str, end: Item) -> None:
        """Take up a text that `end` follows."""
        node = self
        for letter in text:
            branch = node.branches.get(letter)
            if branch is None:
                branch = node.branches[letter] = Tree()
            node = branch
        node.ends.append(end)


@dataclass(eq=False, slots=True)
class AnyWords:
    """One word or more, whatever they are: for a list nobody filled. `is_begun`: the first letter is read."""

    is_begun: bool = False


@dataclass(eq=False, slots=True)
class Open:
    """Mark: here the words of a slot begin."""

    slot: str


@dataclass(eq=False, slots=True)
class Close:
    """Mark: here they end. `is_free`: the words themselves are the value."""

    slot: str
    is_free: bool = False


@dataclass(eq=False, slots=True)
class Value:
    """Mark: the words stand for this value."""

    value: Any
    weight: float = 1.0
    context: Mapping[str, Any] | None = None


@dataclass(eq=False, slots=True)
class Block:
    """Mark at the end of a sentence: what it means besides its slots.

    Attributes:
        intent: its name.
        template: the sentence as it was written.
        slots: fixed values.
        requires, excludes: what values must, must not say in their context.
        weight: how likely the sentence is, 1 is usual.
    """

    intent: str
    template: str
    slots: Mapping[str, Any]
    requires: Mapping[str, Any]
    excludes: Mapping[str, Any]
    weight: float = 1.0


Mark = Open | Close | Value | Block
Item = Letters | Row | Alternatives | Permutation | Tree | AnyWords | Open | Close | Value | Block

NOTHING = Letters("")
