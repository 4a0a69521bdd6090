"""Numbers as they are said: `105` is `one hundred five`, `a hundred and five` and others.

In: a number and a language. Out: its words, lower case, without hyphens. The words are those of the Unicode CLDR's
rule-based number formats (library `unicode-rbnf`); English says some more than the CLDR writes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hassil.numbers import get_rbnf_engine

from allears.texts import plain_words

__all__ = ["number_words", "say", "ways_to_say"]

_NOT_ALONE = frozenset({"a", "and", "un", "une", "una", "uno", "ein", "eine", "o"})  # articles, too


def say(number: float, language: str) -> str | None:
    """The usual words of a number; None if the language is not known."""
    ways = ways_to_say(number, language)
    return ways[0] if ways else None


@lru_cache(maxsize=1 << 16)
def ways_to_say(number: float, language: str) -> tuple[str, ...]:
    """All words of a number, the usual ones first; none if the language is not known."""
    try:
        result = get_rbnf_engine(language).format_number(number)
    except ValueError:
        return ()
    texts = dict.fromkeys(plain_words(text) for text in (result.text, *result.text_by_ruleset.values()))
    if language.lower().startswith("en"):
        texts |= dict.fromkeys(way for text in list(texts) for way in _english(text))
    return tuple(texts)


@lru_cache(maxsize=16)
def number_words(language: str) -> frozenset[str]:
    """Words that numbers are made of; none if the language is not known."""
    texts = (say(number, language) for number in (*range(21), *range(30, 100, 10), 100, 1000, 1_000_000))
    return frozenset(word for text in texts if text for word in text.split()) - _NOT_ALONE


def _english(text: str) -> list[str]:
    """`one hundred five` -> with `and`, with `a`, with both; `three point five` -> `three and a half` too."""
    ways = [text]
    if text.endswith(" point five"):
        ways.append(re.sub(r" point five$", " and a half", text).removeprefix("zero and a "))
    ways += [re.sub(r"\b(hundred|thousand) (?!thousand|and)(?=\w+( \w+)?$)", r"\1 and ", way) for way in ways]
    ways += [re.sub(r"^one (hundred|thousand)", r"a \1", way) for way in ways]
    return ways
