"""Walks over the parts of a grammar: its letters, how many sentences it has, sentences drawn at random.

Each part is looked at once, however often it is used; what is drawn depends on the generator alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from allears.commands.items import (
    Alternatives,
    AnyWords,
    Block,
    Close,
    Item,
    Letters,
    Open,
    Permutation,
    Row,
    Tree,
    Value,
)

__all__ = ["Drawer", "count", "texts_of"]


def texts_of(root: Item) -> Iterator[str]:
    """Every piece of text in the parts, once."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        item = todo.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Letters(text):
                yield text
            case Row(parts) | Alternatives(parts) | Permutation(parts):
                todo += parts
            case Tree():
                for text, end in _flat(item):
                    yield text
                    todo.append(end)


def count(root: Item) -> int:
    """How many ways there are through the parts; one that two ways spell counts twice, free words count once."""
    known: dict[int, int] = {}

    def ways(item: Item) -> int:
        if id(item) not in known:
            match item:
                case Row(parts):
                    known[id(item)] = math.prod(map(ways, parts))
                case Permutation(parts):
                    known[id(item)] = math.prod(map(ways, parts)) * math.factorial(len(parts))
                case Alternatives(parts):
                    known[id(item)] = sum(map(ways, parts))
                case Tree():
                    known[id(item)] = sum(ways(end) for _, end in _flat(item))
                case _:
                    known[id(item)] = 1
        return known[id(item)]

    return ways(root)


class Drawer:
    """Draws sentences.

    Args:
        rng: chooses.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._flat: dict[int, list[tuple[str, Item]]] = {}

    def draw(self, root: Item) -> tuple[str, Block | None] | None:
        """A sentence and what it ends in; None if it would need words that nobody gave."""
        pieces: list[str] = []
        blocks: list[Block] = []
        if not self._draw(root, pieces, blocks):
            return None
        return " ".join("".join(pieces).split()), blocks[0] if blocks else None

    def _draw(self, item: Item, pieces: list[str], blocks: list[Block]) -> bool:
        match item:
            case Letters(text):
                pieces.append(text)
            case Row(parts):
                return all(self._draw(part, pieces, blocks) for part in parts)
            case Permutation(parts):
                return all(self._draw(part, pieces, blocks) for part in self._rng.sample(parts, len(parts)))
            case Alternatives(parts):
                return bool(parts) and self._draw(self._rng.choice(parts), pieces, blocks)
            case Tree():
                flat = self._flat.setdefault(id(item), [])
                if not flat:
                    flat += _flat(item)
                if not flat:
                    return False
                text, end = self._rng.choice(flat)
                pieces.append(text)
                return self._draw(end, pieces, blocks)
            case Block():
                blocks.append(item)
            case AnyWords():
                return False
            case Open() | Close() | Value():
                pass
        return True


def _flat(tree: Tree) -> Iterator[tuple[str, Item]]:
    """The texts of a tree and what follows each."""
    todo = [("", tree)]
    while todo:
        text, node = todo.pop()
        yield from ((text, end) for end in node.ends)
        todo += [(text + letter, branch) for letter, branch in node.branches.items()]
