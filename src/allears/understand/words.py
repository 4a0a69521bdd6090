"""A text as the words that tags are given to: where each stands, and without the punctuation at its ends.

In: any text. Out: words with their offsets. A token that is nothing but punctuation stays a word when it stands alone
(`rock & roll`), so that corpora that count it keep their tags.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Word", "split_words"]

_TOKEN = re.compile(r"\S+")
_ENDS = '.,!?;:"()[]\u201c\u201d\u2026'  # of a sentence and of quotes; an apostrophe belongs to its word


class Word(NamedTuple):
    """A word and its place: characters `start` to `end` of the text."""

    text: str
    start: int
    end: int


def split_words(text: str) -> list[Word]:
    """Words between spaces, punctuation at their ends left out."""
    words = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        left = len(token) - len(token.lstrip(_ENDS))
        core = token.strip(_ENDS)
        if not core:
            left, core = 0, token
        start = match.start() + left
        words.append(Word(core, start, start + len(core)))
    return words
