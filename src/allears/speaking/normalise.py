"""Written text to the words that are said: `Dr. Smith paid $5` becomes `doctor Smith paid five dollars`.

In: a sentence, a dialect. Out: tokens: what stands there, and what is said for it.

At each place the first rule that fits is taken: addresses before dates, dates before measures, those before bare
numbers, signs last. A plain word is said as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from allears.speaking.language import language_of
from allears.speaking.numbers import Numbers
from allears.speaking.rules import addresses, dates, letters, measures, money, numerals, signs
from allears.speaking.rules.rule import Reader, Rule
from allears.speaking.tokens import Token

__all__ = ["FIRST_GIVEN", "LAST_GIVEN", "reader_of", "tokens_of"]

FIRST_GIVEN, LAST_GIVEN = "\ue000", "\uf8ff"  # characters for private use: each stands for a token that was given
_WORD = re.compile(r"(?:['’](?=(?:tis|twas|em|cause|til|n)\b))?[^\W\d_]+(?:['’\u2010\u2011-][^\W\d_]+)*")
_SPACE = re.compile(r"\s+")
_DECIMAL_COMMA = frozenset(("es-ES", "es-AR", "es-CO", "es-CL", "fr", "it", "es"))
_MONTH_FIRST = frozenset(("en-US",))
_ONE_EACH = str.maketrans({"\u2010": "-", "\u2011": "-", "’": "'"})


@lru_cache(maxsize=16)
def reader_of(dialect: str) -> Reader:
    """Who reads a dialect: `en-US` says months first, `en-GB` `and`; French, Italian and Spain's write `3,5`."""
    language = language_of(dialect)
    has_comma = dialect in _DECIMAL_COMMA or language.code in _DECIMAL_COMMA - {"es"}
    numbers = Numbers(
        language, language.code == "en" and dialect not in ("en", "en-US", "en-CA"), "," if has_comma else "."
    )
    return Reader(dialect, language, numbers, dialect in _MONTH_FIRST)


def tokens_of(text: str, dialect: str, given: Mapping[str, Token] | None = None) -> tuple[Token, ...]:
    """Tokens of a sentence, in order.

    Args:
        text: of it.
        dialect: such as `en-GB`.
        given: for a character of private use in the text, the token that stands there; others are left out.
    """
    text, at, found = unicodedata.normalize("NFC", text), 0, list[Token]()
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        if FIRST_GIVEN <= text[at] <= LAST_GIVEN:
            found += [given[text[at]]] if given and text[at] in given else []
            at += 1
            continue
        token = _token(text, at, dialect)
        found.append(token)
        at += len(token.written)
    return tuple(found)


def _token(text: str, at: int, dialect: str) -> Token:
    for rule in _rules(dialect):
        match = rule.pattern.match(text, at)
        if match and match.end() > at and (said := rule.say(match)) is not None:
            return Token(match[0], tuple(said.translate(_ONE_EACH).split()))
    return Token(text[at], (text[at],))  # nothing is known of it: whoever speaks says so


@lru_cache(maxsize=16)
def _rules(dialect: str) -> tuple[Rule, ...]:
    reader = reader_of(dialect)
    kinds = (addresses, dates, money, measures, numerals, letters)
    made = [rule for kind in kinds for rule in kind.rules(reader)]
    return (*made, Rule(_WORD, lambda found: found[0]), *signs.rules(reader))
