"""Bare numbers: whole, with a fraction, negative; ordinals, years, decades, fractions, ranges.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re
import unicodedata

from allears.speaking.rules.rule import Reader, Rule, choice, word_before

__all__ = ["rules"]

_FIRST_YEAR, _LAST_YEAR = 1100, 2099  # four digits without a comma between them are read as a year
_DENOMINATORS = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100))
_VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_DIALLED = frozenset(("call", "dial", "phone", "ring"))
_EMERGENCY = frozenset(("911", "999", "112", "411", "311"))


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader; the fractions and decades are English."""
    numeral = reader.numbers.pattern
    made = [
        Rule(re.compile(r"(?:(?<=\d)[-–—]|(?<=\d )[–—] ?)(?=[$£€]?\d)"), lambda found: reader.language.to),
        Rule(re.compile(r"(?<![^\s(\[])[-−](?=[$£€]?\.?\d)"), lambda found: reader.language.minus),
    ]
    if reader.language.code == "en":
        made += [
            Rule(re.compile(rf"(?:(\d+)[ ]?)?([{_VULGAR}])"), lambda found: _vulgar(found, reader)),
            Rule(re.compile(r"(?:(\d+) )?(\d+)[/⁄](\d+)(?![/\d])"), lambda found: _fraction(found, reader)),
            Rule(re.compile(r"['’]?(\d+)(?:['’])?s\b"), lambda found: _plural(found, reader)),
            Rule(re.compile(r"(?<=\d)\s?[x×]\s?(?=\d)"), lambda found: "by"),
            Rule(re.compile(r"['’](\d\d)(?!\d)"), lambda found: reader.numbers.read(found[1])),
            Rule(re.compile(r"\.(\d+)"), lambda found: f"{reader.language.point} {reader.numbers.digits(found[1])}"),
        ]
    if reader.language.ordinal:
        pattern = re.compile(rf"({numeral})(?:{reader.language.ordinal})(?!\w)")
        made.insert(0, Rule(pattern, lambda found: _ordinal(found, reader)))
    if reader.language.scales:
        scales = choice(word for word in reader.language.scales if len(word) > 2)
        made.append(
            Rule(re.compile(rf"({numeral})\s({scales})\b"), lambda found: f"{_plain(found[1], reader)} {found[2]}")
        )
    return [*made, Rule(re.compile(numeral), lambda found: _number(found, reader))]


def _ordinal(found: re.Match[str], reader: Reader) -> str:
    feminine = "f" in found.re.groupindex and found["f"] is not None
    return reader.numbers.ordinal(int(reader.numbers.value(found[1])), is_feminine=feminine)


def _plain(numeral: str, reader: Reader) -> str:
    return reader.numbers.read(numeral)


def _number(found: re.Match[str], reader: Reader) -> str:
    text = found[0]
    if text in _EMERGENCY and word_before(found).lower() in _DIALLED:
        return reader.numbers.digits(text)
    if len(text) == 4 and text.isdecimal() and _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        return reader.numbers.year(int(text))
    return _before_noun(found, reader)


def _before_noun(found: re.Match[str], reader: Reader) -> str:
    """Spanish and Italian ones look at the noun behind them: `1 casa` is `una casa`, `21 niños` `veintiún niños`."""
    said, value = reader.numbers.read(found[0]), reader.numbers.value(found[0])
    noun = re.match(r" ([^\W\d_]{3,})", found.string[found.end() : found.end() + 40])
    if noun is None or reader.language.code not in ("es", "it") or value != int(value) or not noun[1].islower():
        return said
    return reader.numbers.agreeing(said, int(value), is_feminine=noun[1].endswith(("a", "as")))


def _vulgar(found: re.Match[str], reader: Reader) -> str:
    above, _, below = unicodedata.normalize("NFKC", found[2]).partition("⁄")
    return _mixed(found[1], int(above), int(below), reader)


def _fraction(found: re.Match[str], reader: Reader) -> str | None:
    above, below = int(found[2]), int(found[3])
    if 0 < above < below and below in _DENOMINATORS:
        return _mixed(found[1], above, below, reader)
    if found[1]:
        return None  # `3 24/7`: two things
    return f"{reader.numbers.cardinal(above)} {reader.numbers.cardinal(below)}"  # 24/7, 50/50, 9/11


def _mixed(whole: str | None, above: int, below: int, reader: Reader) -> str:
    name = {2: "half", 4: "quarter"}.get(below) or reader.numbers.ordinal(below)
    plural = {"half": "halves"}.get(name, f"{name}s") if above > 1 else name
    if not whole:
        return f"{reader.numbers.cardinal(above)} {plural}"
    first = "a" if above == 1 else reader.numbers.cardinal(above)
    return f"{reader.numbers.cardinal(int(whole))} and {first} {plural}"


def _plural(found: re.Match[str], reader: Reader) -> str:
    digits = found[1]
    is_year = len(digits) == 4 and _FIRST_YEAR <= int(digits) <= _LAST_YEAR
    said = reader.numbers.year(int(digits)) if is_year else reader.numbers.read(digits)
    if said.endswith("y"):
        return said[:-1] + "ies"
    return said + ("es" if said.endswith("x") else "s")
