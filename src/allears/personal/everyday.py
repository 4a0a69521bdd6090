"""Words that are said every day, which nothing a user says may replace.

In: text. Out: whether all of its words are usual in the English sentences of the packs that ship.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from allears.biasing.pack import shipped
from allears.texts import plain_words

__all__ = ["is_everyday"]

_USUAL = 3  # times in those sentences


def is_everyday(text: str) -> bool:
    """Whether each of its words is."""
    return all(_counts()[word] >= _USUAL for word in plain_words(text).split())


@cache
def _counts() -> Counter[str]:
    """Word -> how often it is in the sentences of the packs."""
    return sum((pack.ngram.unigrams for pack in shipped().values()), Counter[str]())
