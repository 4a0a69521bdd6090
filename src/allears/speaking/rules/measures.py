"""Measures: `5 kg`, `20 °C`, `5'10"`, `25%`.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re

from allears.speaking.language import Noun
from allears.speaking.rules.rule import Reader, Rule, choice

__all__ = ["rules"]

_SPACED = frozenset("sgmtlLhVW")  # a lone letter without a space is not a unit: 5G, 90s, 4m
_BRITISH = (("meter", "metre"), ("liter", "litre"))
_FOOT, _INCH = Noun("foot", "feet"), Noun("inch", "inches")


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader; feet and inches are English."""
    made, numeral = list[Rule](), reader.numbers.pattern
    if reader.language.code == "en":
        made.append(Rule(re.compile(r"(\d+)['′’](\d+)(?:\"|″|”|'')"), lambda found: _height(found, reader)))
    if reader.language.units:
        pattern = rf"({numeral})(?P<gap>[ \u00a0\u202f-]?)(?P<unit>{choice(reader.language.units)})(?![\w/])"
        made.append(Rule(re.compile(pattern), lambda found: _measure(found, reader)))
    return made


def _height(found: re.Match[str], reader: Reader) -> str:
    return f"{reader.numbers.count(found[1], _FOOT)} {reader.numbers.count(found[2], _INCH)}"


def _measure(found: re.Match[str], reader: Reader) -> str | None:
    unit = found["unit"]
    if unit in _SPACED and found["gap"] in ("", "-") and unit != "g":
        return None
    noun = reader.language.units[unit]
    if found["gap"] == "-":
        noun = Noun(noun.one, noun.one)  # a 5-kg bag
    said = reader.numbers.count(found[1], noun)
    if reader.numbers.is_british:
        for american, british in _BRITISH:
            said = said.replace(american, british)
    return said
