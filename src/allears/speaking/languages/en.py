"""English: signs, money, units, months."""

from __future__ import annotations

from collections.abc import Callable

from allears.speaking.language import Currency, Language, Noun

__all__ = ["LANGUAGE"]

_MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_CENT = Noun("cent", "cents")
_DOLLAR = Currency(Noun("dollar", "dollars"), _CENT)
_POUND = Currency(Noun("pound", "pounds"), Noun("penny", "pence"))
_EURO = Currency(Noun("euro", "euros"), _CENT)
_YEN = Currency(Noun("yen", "yen"))


def _regular(words: str) -> dict[str, Noun]:
    """`kg kilogram` a line -> its noun with -s."""
    pairs = (line.split(maxsplit=1) for line in words.strip().splitlines())
    return {sign: Noun(name, f"{name}s") for sign, name in pairs}


_UNITS = _regular("""
    kg kilogram
    g gram
    mg milligram
    t ton
    km kilometer
    m meter
    cm centimeter
    mm millimeter
    mi mile
    yd yard
    lb pound
    lbs pound
    oz ounce
    l liter
    L liter
    ml milliliter
    mL milliliter
    cl centiliter
    gal gallon
    kB kilobyte
    KB kilobyte
    MB megabyte
    GB gigabyte
    TB terabyte
    W watt
    kW kilowatt
    MW megawatt
    kWh kilowatt hour
    V volt
    mA milliamp
    J joule
    kcal kilocalorie
    cal calorie
    h hour
    hr hour
    hrs hour
    min minute
    mins minute
    s second
    sec second
    secs second
    ms millisecond
    dB decibel
    px pixel
    ha hectare
    km² square kilometer
    m² square meter
    m³ cubic meter
""")
_UNITS |= {
    "%": Noun("percent", "percent"), "°": Noun("degree", "degrees"), "ft": Noun("foot", "feet"),
    "°C": Noun("degree Celsius", "degrees Celsius"), "°F": Noun("degree Fahrenheit", "degrees Fahrenheit"),
    "km/h": Noun("kilometer per hour", "kilometers per hour"), "kph": Noun("kilometer per hour", "kilometers per hour"),
    "mph": Noun("mile per hour", "miles per hour"), "m/s": Noun("meter per second", "meters per second"),
    "Hz": Noun("hertz", "hertz"), "kHz": Noun("kilohertz", "kilohertz"), "MHz": Noun("megahertz", "megahertz"),
    "GHz": Noun("gigahertz", "gigahertz"), "Mbps": Noun("megabit per second", "megabits per second"),
    "sq ft": Noun("square foot", "square feet"),
}  # fmt: skip


def _clock(hours: int, minutes: int, half: str, number: Callable[[int], str]) -> str:
    """`3:05 pm` -> `three oh five P M`."""
    behind = f" {' '.join(half.upper())}" if half else ""
    if minutes == 0 and half:
        return number(hours) + behind
    if minutes == 0:
        return f"{number(hours)} o'clock" if 1 <= hours <= 12 else f"{number(hours)} hundred hours"
    return f"{number(hours)} {'oh ' if minutes < 10 else ''}{number(minutes)}{behind}"


def _date(day: int, month: int, year: str, number: Callable[[int], str], ordinal: Callable[[int], str]) -> str:
    """`March third, twenty twenty-one`."""
    del number
    return f"{_MONTHS[month - 1]} {ordinal(day)}" + (f" , {year}" if year else "")


LANGUAGE = Language(
    code="en",
    minus="minus",
    point="point",
    to="to",
    and_="and",
    signs={
        "&": "and", "@": "at", "+": "plus", "=": "equals", "%": "percent", "<": "less than", ">": "greater than",
        "°": "degrees", "©": "copyright", "®": "registered", "™": "trademark", "§": "section", "×": "times",
        "÷": "divided by", "±": "plus or minus", "≈": "about", "≤": "at most", "≥": "at least", "#": "hash",
        "$": "dollar", "£": "pound", "€": "euro", "−": "minus",
    },
    web={
        ".": "dot", "@": "at", "/": "slash", "-": "dash", "_": "underscore", ":": "colon", "?": "question mark",
        "=": "equals", "&": "and", "#": "hash", "~": "tilde", "+": "plus", "%": "percent",
    },
    currencies={
        "$": _DOLLAR, "US$": _DOLLAR, "USD": _DOLLAR, "C$": _DOLLAR, "A$": _DOLLAR, "£": _POUND, "GBP": _POUND,
        "€": _EURO, "EUR": _EURO, "¥": _YEN, "JPY": _YEN, "₹": Currency(Noun("rupee", "rupees")),
        "¢": Currency(_CENT), "CHF": Currency(Noun("Swiss franc", "Swiss francs")),
    },
    scales={
        "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
        "k": "thousand", "K": "thousand", "m": "million", "M": "million", "bn": "billion", "B": "billion",
    },
    units=_UNITS,
    months=_MONTHS,
    short_months={name[:3].lower(): at for at, name in enumerate(_MONTHS, 1)} | {"sept": 9},
    abbreviations={
        "mr.": "mister", "mrs.": "missus", "ms.": "miz", "prof.": "professor", "rev.": "reverend", "gen.": "general",
        "sen.": "senator", "rep.": "representative", "gov.": "governor", "capt.": "captain", "lt.": "lieutenant",
        "col.": "colonel", "sgt.": "sergeant", "hon.": "honorable", "jr.": "junior", "sr.": "senior",
        "inc.": "incorporated", "ltd.": "limited", "corp.": "corporation", "co.": "company", "ave.": "avenue",
        "blvd.": "boulevard", "rd.": "road", "mt.": "mount", "vs.": "versus", "etc.": "etc",
        "e.g.": "for example", "i.e.": "that is", "approx.": "approximately", "est.": "established",
        "dept.": "department", "fig.": "figure", "vol.": "volume", "ch.": "chapter", "ed.": "edition",
        "mon.": "Monday", "tue.": "Tuesday", "tues.": "Tuesday", "wed.": "Wednesday", "thu.": "Thursday",
        "thurs.": "Thursday", "fri.": "Friday", "vs": "versus",
    },
    titles=frozenset("mr. mrs. ms. dr. prof. rev. gen. sen. rep. gov. capt. lt. col. sgt. hon. st. mt. vs. e.g. i.e. "
                     "no. fig. vol. approx. pp. p. ch.".split()),
    ordinal="st|nd|rd|th",
    clock=_clock,
    date=_date,
)  # fmt: skip
