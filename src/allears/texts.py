"""Written text -> the words that were said: lower case, no punctuation, one space between words.

In: any text. Out: what error rates compare and what CTC spells.
"""

from __future__ import annotations

import unicodedata

__all__ = ["plain_words"]


def plain_words(text: str) -> str:
    """Lower case; letters, their marks, digits and apostrophes stay, all else parts words.

    Compatibility forms become the usual ones (NFKC: the ligature of f and i is f and i), and the typographic apostrophe
    the plain one. `It's 5 o'clock, Ann!` -> `it's 5 o'clock ann`
    """
    usual = unicodedata.normalize("NFKC", text).replace("\u2019", "'").lower()
    return " ".join("".join(c if c == "'" or unicodedata.category(c)[0] in "LMN" else " " for c in usual).split())
