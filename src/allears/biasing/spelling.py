"""Which entries of a list are written about like what was heard.

In: entries (plain words), and what was heard. Out: the most alike entries, 0 to 1. First by pairs of letters, which is
fast for thousands (Dice 1945), then the best by the longest matching blocks (`difflib`). Letters that sound alike in
English are one, spaces do not count: `cold play` is Coldplay, `exhibit` is near Xzibit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

__all__ = ["Alike", "folded"]

_SOUNDS = (("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("wh", "w"), ("kn", "n"), ("c", "k"), ("z", "s"),
           ("y", "i"), ("ee", "i"), ("ea", "i"), ("oo", "u"))  # fmt: skip
_TWICE = re.compile(r"(.)\1")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORTLIST = 12
_FEWEST_DICE = 0.3


def folded(text: str) -> str:
    """Letters as they sound, roughly: `Rihanna` and `Rhianna` stay two, `Coldplay` and `kold play` are one."""
    letters = _NOT_LETTERS.sub("", text.lower())
    for written, said in _SOUNDS:
        letters = letters.replace(written, said)
    return _TWICE.sub(r"\1", letters)


class Alike:
    """A list that can be searched by spelling."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = list(entries)
        self._folded = [folded(entry) for entry in self._entries]
        self._sizes = np.array([max(1, len(letters) + 1) for letters in self._folded])
        places: dict[str, list[int]] = {}
        for i, letters in enumerate(self._folded):
            for pair in _pairs(letters):
                places.setdefault(pair, []).append(i)
        self._places = {pair: np.array(found) for pair, found in places.items()}

    def find(self, heard: str, at_least: float) -> list[tuple[str, float]]:
        """Entries and how alike they are, best first; those that are the same word for word are left out."""
        letters = folded(heard)
        hits = [self._places[pair] for pair in _pairs(letters) if pair in self._places]
        if not hits:
            return []
        shared = np.bincount(np.concatenate(hits), minlength=len(self._entries))
        dice = 2 * shared / (self._sizes + len(letters) + 1)
        near = np.argsort(-dice, kind="stable")[:_SHORTLIST]
        found = [
            (self._entries[i], SequenceMatcher(None, self._folded[i], letters, autojunk=False).ratio())
            for i in near.tolist()
            if dice[i] >= _FEWEST_DICE and self._entries[i] != heard
        ]
        return sorted((one for one in found if one[1] >= at_least), key=lambda one: -one[1])


def _pairs(letters: str) -> set[str]:
    """Neighbouring letters, with both ends."""
    framed = f"^{letters}$"
    return {framed[i : i + 2] for i in range(len(framed) - 1)}
