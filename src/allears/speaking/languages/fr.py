"""French: signs, money, units, months."""

from __future__ import annotations

from collections.abc import Callable

from allears.speaking.language import Currency, Language, Noun

__all__ = ["LANGUAGE"]

_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre")  # fmt: skip
_CENT = Noun("centime", "centimes")
_DOLLAR = Currency(Noun("dollar", "dollars"), Noun("cent", "cents"))
_EURO = Currency(Noun("euro", "euros"), _CENT)
_POUND = Currency(Noun("livre", "livres", is_feminine=True), Noun("penny", "pence"))


def _clock(hours: int, minutes: int, half: str, number: Callable[[int], str]) -> str:
    """`15 h 30` -> `quinze heures trente`."""
    del half
    hour = "une heure" if hours == 1 else f"{_feminine(number(hours))} heure{'s' if hours > 1 else ''}"
    return f"{hour} {_feminine(number(minutes))}" if minutes else hour


def _feminine(said: str) -> str:
    return said + "e" if said.endswith("-un") else said


def _date(day: int, month: int, year: str, number: Callable[[int], str], ordinal: Callable[[int], str]) -> str:
    """`3 mars 2021`; only the first is an ordinal."""
    del ordinal
    return f"{'premier' if day == 1 else number(day)} {_MONTHS[month - 1]} {year}".strip()


LANGUAGE = Language(
    code="fr",
    minus="moins",
    point="virgule",
    to="à",
    and_="et",
    signs={"&": "et", "@": "arobase", "+": "plus", "=": "égale", "%": "pour cent", "°": "degrés", "×": "fois",
           "<": "inférieur à", ">": "supérieur à", "#": "dièse", "$": "dollar", "€": "euro", "−": "moins"},
    web={".": "point", "@": "arobase", "/": "barre oblique", "-": "tiret", "_": "tiret bas", ":": "deux-points",
         "?": "point d'interrogation", "=": "égale", "&": "et", "#": "dièse", "~": "tilde", "+": "plus",
         "%": "pour cent"},
    currencies={"$": _DOLLAR, "USD": _DOLLAR, "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND},
    scales={"mille": "mille", "million": "million", "millions": "millions", "milliard": "milliard",
            "milliards": "milliards", "M": "millions", "k": "mille"},
    scale_link="de",
    units={
        "%": Noun("pour cent", "pour cent"), "°": Noun("degré", "degrés"),
        "°C": Noun("degré Celsius", "degrés Celsius"),
        "°F": Noun("degré Fahrenheit", "degrés Fahrenheit"), "kg": Noun("kilogramme", "kilogrammes"),
        "g": Noun("gramme", "grammes"), "mg": Noun("milligramme", "milligrammes"),
        "km": Noun("kilomètre", "kilomètres"),
        "m": Noun("mètre", "mètres"), "cm": Noun("centimètre", "centimètres"), "mm": Noun("millimètre", "millimètres"),
        "l": Noun("litre", "litres"), "L": Noun("litre", "litres"), "ml": Noun("millilitre", "millilitres"),
        "km/h": Noun("kilomètre heure", "kilomètres heure"), "min": Noun("minute", "minutes", is_feminine=True),
        "s": Noun("seconde", "secondes", is_feminine=True), "Go": Noun("gigaoctet", "gigaoctets"),
        "Mo": Noun("mégaoctet", "mégaoctets"), "Hz": Noun("hertz", "hertz"), "kHz": Noun("kilohertz", "kilohertz"),
        "W": Noun("watt", "watts"), "kW": Noun("kilowatt", "kilowatts"),
    },
    months=_MONTHS,
    short_months={"janv": 1, "févr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "déc": 12},
    abbreviations={"m.": "monsieur", "mme": "madame", "mlle": "mademoiselle", "mm.": "messieurs", "dr": "docteur",
                   "dr.": "docteur", "etc.": "et cetera", "p.ex.": "par exemple", "av.": "avenue", "bd.": "boulevard",
                   "st": "saint", "ste": "sainte", "env.": "environ"},
    titles=frozenset("m. mm. dr. av. bd. p.ex. env.".split()),
    ordinal="ers?|nd|ème|eme|es?|(?P<f>re|nde|ère)",
    clock=_clock,
    date=_date,
)  # fmt: skip
