"""Money: `$5.20`, `£3 million`, `20 €`.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re

from allears.speaking.language import Currency
from allears.speaking.rules.rule import Reader, Rule, choice

__all__ = ["rules"]

_SPACE = "[ \u00a0\u202f]?"


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader: the sign before the amount, and behind it."""
    table = reader.language.currencies
    if not table:
        return []
    money, numeral = choice(table), reader.numbers.pattern
    scale = rf"(?:{_SPACE}(?P<scale>{choice(reader.language.scales)})(?!\w))?"
    before = re.compile(rf"(?P<sign>{money}){_SPACE}(?P<amount>{numeral}){scale}")
    after = re.compile(rf"(?P<amount>{numeral}){scale}{_SPACE}(?P<sign>{money})(?!\w)")
    return [Rule(pattern, lambda found: _say(found, reader)) for pattern in (before, after)]


def _say(found: re.Match[str], reader: Reader) -> str:
    currency, amount = reader.language.currencies[found["sign"]], found["amount"]
    if found["scale"]:
        return _scaled(amount, reader.language.scales[found["scale"]], currency, reader)
    whole, _, cents = amount.partition(reader.numbers.point)
    if not cents or len(cents) != 2 or currency.cent is None:
        return reader.numbers.count(amount, currency.unit)
    parts = [reader.numbers.count(whole, currency.unit)] if reader.numbers.value(whole) or not int(cents) else []
    if int(cents):
        parts.append(reader.numbers.count(str(int(cents)), currency.cent))
    return f" {reader.language.and_} ".join(parts)


def _scaled(amount: str, scale: str, currency: Currency, reader: Reader) -> str:
    """`2 million dollars`; `un million d'euros`: French, Spanish and Italian millions take a preposition."""
    said, unit, link = reader.numbers.read(amount), currency.unit.many, reader.language.scale_link
    if not link or scale in ("mille", "mil", "mila"):
        return f"{said} {scale} {unit}"
    if reader.numbers.value(amount) == 1:
        said = "un"
    linked = f"d'{unit}" if link == "de" and reader.language.code == "fr" and unit[0] in "aeiou" else f"{link} {unit}"
    return f"{said} {scale} {linked}"
