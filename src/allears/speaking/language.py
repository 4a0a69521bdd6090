"""What text normalisation must know of a language: its words for signs, money, units, months.

In: a language tag. Out: the table of that language, one file each in `languages/`; for a language without a file, one
that only knows its numbers.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Currency", "Language", "Noun", "language_of"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Noun:
    """What is counted: `kilogram`, `kilograms`."""

    one: str
    many: str
    is_feminine: bool = False


@dataclass(frozen=True)
class Currency:
    """Money: the unit, and its hundredth."""

    unit: Noun
    cent: Noun | None = None


@dataclass(frozen=True)
class Language:
    """Words of one language.

    Attributes:
        code: `en`.
        minus, point, to, and_: `minus`, `point`, `to` (of ranges), `and`.
        signs: character -> word, where it stands alone.
        web: `.@/-_:?=&#~+%` -> how each is said in an address.
        currencies: sign or code -> money.
        scales: what may stand between amount and currency, written -> said.
        scale_link: between such a scale and the currency: French `de`.
        units: written -> noun; read as they stand, capitals too.
        months: twelve, as they are said.
        short_months: written without its full stop, lower case -> number of the month.
        abbreviations: written, in lower case with its full stop -> said, whatever stands beside it.
        titles: abbreviations that stand before a name: they never end a sentence.
        ordinal: expression of what stands behind the digits of an ordinal; a group `f` in it tells the feminine.
        clock: hours, minutes, half of the day (`am`, `pm`, empty) and how numbers are said -> words of the time.
        date: day, month's number, words of the year (maybe empty), how numbers are said -> words of the date.
    """

    code: str
    minus: str = "-"
    point: str = "."
    to: str = "-"
    and_: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    web: Mapping[str, str] = field(default_factory=dict)
    currencies: Mapping[str, Currency] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    scale_link: str = ""
    units: Mapping[str, Noun] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    short_months: Mapping[str, int] = field(default_factory=dict)
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    ordinal: str = ""
    clock: Callable[[int, int, str, Callable[[int], str]], str] | None = None
    date: Callable[[int, int, str, Callable[[int], str], Callable[[int], str]], str] | None = None


def language_of(dialect: str) -> Language:
    """The table of a dialect's language: `en` of `en-GB`."""
    code = dialect.partition("-")[0].lower()
    name = f"allears.speaking.languages.{code}"
    if code.isalpha() and importlib.util.find_spec(name) is not None:
        table = importlib.import_module(name).LANGUAGE
        assert isinstance(table, Language)
        return table
    log.warning("there are no rules to read numbers, dates and signs of %r aloud: write them as words", dialect)
    return Language(code)
