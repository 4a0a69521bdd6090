"""Dates and times of day: `2021-03-04`, `3/4/2021`, `March 3rd, 2021`, `3 Jan`, `3:05 pm`.

In: a reader. Out: rules.
"""

from __future__ import annotations

import calendar
import re

from allears.speaking.rules.rule import Reader, Rule, choice

__all__ = ["rules", "say_date", "say_time"]

_HALF = r"(?:\s?(?P<half>[ap]\.m\.|[ap]m\b|[AP]\.M\.|[AP]M\b))"
_YEAR_2 = 69  # two digits from here on are of the 1900s, as POSIX has it


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader."""
    made = list[Rule]()
    if reader.language.date is not None:
        made += _dates(reader)
    if reader.language.clock is not None:
        made += _times(reader)
    return made


def _dates(reader: Reader) -> list[Rule]:
    iso = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\w)")
    first, second = ("m", "d") if reader.is_month_first else ("d", "m")
    short = re.compile(rf"(?P<{first}>\d{{1,2}})([/.])(?P<{second}>\d{{1,2}})\2(?P<y>\d{{4}}|\d\d)(?!\w|[/.]\d)")
    made = [Rule(iso, lambda found: _numeric(found, reader)), Rule(short, lambda found: _numeric(found, reader))]
    if reader.language.code == "en":
        name = rf"(?P<name>{choice(reader.language.months)}|(?:{choice(_abbreviated(reader))})(?:\.|\b))"
        year = r"(?:,? (?P<y>\d{4})(?!\w))?"
        day = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\w:/%]|[.,]\d)"
        made += [
            Rule(re.compile(rf"{name} {day}{year}"), lambda found: _named(found, reader)),
            Rule(re.compile(rf"{day} {name}(?!\w){year}"), lambda found: _named(found, reader)),
            Rule(re.compile(rf"{name} (?P<y>\d{{4}})(?!\w)"), lambda found: _month_and_year(found, reader)),
        ]
    return made


def _abbreviated(reader: Reader) -> list[str]:
    return [short.capitalize() for short in reader.language.short_months]


def _numeric(found: re.Match[str], reader: Reader) -> str | None:
    day, month = int(found["d"]), int(found["m"])
    year = int(found["y"])
    if len(found["y"]) == 2:
        year += 1900 if year >= _YEAR_2 else 2000
    return say_date(reader, day, month, year) or say_date(reader, month, day, year)  # 13/4 is in April, whoever reads


def _named(found: re.Match[str], reader: Reader) -> str | None:
    year = int(found["y"]) if found["y"] else None
    return say_date(reader, int(found["d"]), _month(found["name"], reader), year)


def _month_and_year(found: re.Match[str], reader: Reader) -> str:
    return f"{reader.language.months[_month(found['name'], reader) - 1]} {reader.numbers.year(int(found['y']))}"


def _month(name: str, reader: Reader) -> int:
    if name in reader.language.months:
        return reader.language.months.index(name) + 1
    return reader.language.short_months[name.rstrip(".").lower()]


def say_date(reader: Reader, day: int, month: int, year: int | None) -> str | None:
    """Its words; None if there is no such day, or the language has no words for dates."""
    if reader.language.date is None or not 1 <= month <= 12:
        return None
    if not 1 <= day <= calendar.monthrange(2000 if year is None else max(1, year), month)[1]:
        return None
    words = reader.numbers.year(year) if year is not None else ""
    said = reader.language.date(day, month, words, reader.numbers.cardinal, reader.numbers.ordinal)
    if reader.language.code != "en" or reader.is_month_first:
        return said
    name = reader.language.months[month - 1]
    return f"the {reader.numbers.ordinal(day)} of {name}" + (f" , {words}" if words else "")


def _times(reader: Reader) -> list[Rule]:
    clock = re.compile(rf"(?P<h>\d{{1,2}}):(?P<m>\d\d)(?::(?P<s>\d\d))?{_HALF}?(?!\w|:\d)")
    hour = re.compile(rf"(?P<h>\d{{1,2}})(?P<m>(?!.))?(?P<s>(?!.))?{_HALF}")
    made = [Rule(clock, lambda found: _time(found, reader)), Rule(hour, lambda found: _time(found, reader))]
    if reader.language.code == "fr":
        french = re.compile(r"(?P<h>\d{1,2}) ?h ?(?P<m>\d\d)?(?P<s>(?!.))?(?P<half>(?!.))?(?!\w)")
        made.insert(0, Rule(french, lambda found: _time(found, reader)))
    return made


def _time(found: re.Match[str], reader: Reader) -> str | None:
    hours, minutes, seconds = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    return say_time(reader, hours, minutes, seconds, found["half"] or "")


def say_time(reader: Reader, hours: int, minutes: int, seconds: int, half: str) -> str | None:
    """Its words; None if there is no such time."""
    half = half.replace(".", "").lower()
    clock = reader.language.clock
    if clock is None or hours > (12 if half else 24) or minutes > 59 or seconds > 59:
        return None
    said = clock(hours, minutes, half, reader.numbers.cardinal)
    if not seconds:
        return said
    unit = reader.language.units.get("s")
    counted = reader.numbers.count(str(seconds), unit) if unit else reader.numbers.cardinal(seconds)
    return f"{said} {reader.language.and_} {counted}"
