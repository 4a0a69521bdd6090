"""A rule: where it may apply, and what is said there.

In: a language's words and how its numbers are said. Out: `Rule`, which normalisation tries in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allears.speaking.language import Language
from allears.speaking.numbers import Numbers

__all__ = ["Reader", "Rule", "behind", "choice", "is_capitalised", "word_before"]

_WORD_BEFORE = re.compile(r"(\w+\.?)[ \u00a0]$")


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        dialect: `en-US`.
        language: its words.
        numbers: how its numbers are said.
        is_month_first: 3/4 is in March.
    """

    dialect: str
    language: Language
    numbers: Numbers
    is_month_first: bool = False


@dataclass(frozen=True)
class Rule:
    """One kind of thing in a text.

    Attributes:
        pattern: matched where a token begins.
        say: the words for what was matched, empty if it is silent; None if it is something else after all.
    """

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]


def choice(words: Iterable[str]) -> str:
    """An expression of any of some texts, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def word_before(found: re.Match[str]) -> str:
    """The word before a match; empty if there is none, or something else stands between."""
    before = _WORD_BEFORE.search(found.string, max(0, found.start() - 40), found.start())
    return before[1] if before else ""


def behind(found: re.Match[str]) -> str:
    """What stands behind a match, without spaces before it."""
    return found.string[found.end() : found.end() + 40].lstrip()


def is_capitalised(text: str) -> bool:
    """Whether it begins with a capital."""
    return text[:1].isupper()
