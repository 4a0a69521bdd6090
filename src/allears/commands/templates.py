"""Sentence templates in Home Assistant's syntax -> parts of a grammar. The library `hassil` parses them.

In: `turn (on|off) [the] {name:device} [<please>]`. Out: parts (`allears/commands/items.py`), letters normal.
A template without any sign of the syntax is not parsed at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    TextChunk,
)
from hassil.expression import (
    Permutation as Mixed,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import DELIM, ESCAPE_CHAR, ParseError

from allears.commands.items import (
    NOTHING,
    Alternatives,
    Item,
    Letters,
    Permutation,
    Row,
)
from allears.commands.wording import as_said, piece_as_said

__all__ = ["Lookup", "TemplateError", "is_plain", "read_template"]

_SIGNS = frozenset("()[]{}<>|;\\")


class TemplateError(ValueError):
    """A template that cannot be read. `column`: of the mistake, from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


class Lookup(Protocol):
    """Finds what a template refers to."""

    def list(self, reference: ListReference, text: str) -> Item: ...

    def rule(self, name: str, text: str) -> Item: ...


def is_plain(text: str) -> bool:
    """Whether a template has no signs of the syntax in it."""
    return _SIGNS.isdisjoint(text)


def read_template(text: str, lookup: Lookup, language: str) -> Item:
    """A template as a part of a grammar.

    Raises:
        TemplateError: it cannot be parsed.
    """
    if is_plain(text):
        return Letters(as_said(text, language))
    _check_brackets(text)
    try:
        expression = parse_sentence(text).expression
    except (ParseError, AssertionError) as error:
        raise TemplateError(f"{text!r} cannot be parsed ({error})", 0) from error
    return _item(expression, text, lookup, language)


def _item(expression: Expression, text: str, lookup: Lookup, language: str) -> Item:
    match expression:
        case TextChunk():
            return Letters(piece_as_said(expression.original_text, language)) if expression.original_text else NOTHING
        case ListReference():
            return lookup.list(expression, text)
        case RuleReference():
            return lookup.rule(expression.rule_name, text)
        case Group():
            parts = tuple(_item(part, text, lookup, language) for part in expression.items)
            if isinstance(expression, Alternative):
                return Alternatives(parts)
            if isinstance(expression, Mixed):
                return Permutation(parts)
            return parts[0] if len(parts) == 1 else Row(parts)
    raise TemplateError(f"{text!r} has a part that is not known, {type(expression).__name__}", 0)


def _check_brackets(text: str) -> None:
    """Find the bracket that is not closed, or closes nothing; hassil knows only that there is one."""
    closing: Mapping[str, str] = {end: start for start, end in DELIM.items()}
    opened: list[tuple[str, int]] = []
    is_escaped = False
    for column, letter in enumerate(text):
        if is_escaped or letter == ESCAPE_CHAR:
            is_escaped = not is_escaped
        elif letter in DELIM:
            opened.append((letter, column))
        elif letter in closing:
            if not opened or opened[-1][0] != closing[letter]:
                found = f"the {opened[-1][0]!r} before it is still open" if opened else "nothing is open"
                raise TemplateError(f"{letter!r} closes nothing in {text!r}: {found}", column)
            start, at = opened.pop()
            if column == at + 1:
                raise TemplateError(f"{start + letter!r} is empty in {text!r}: put something into it", at)
    if opened:
        raise TemplateError(f"{opened[-1][0]!r} is never closed in {text!r}", opened[-1][1])
