"""Italian: signs, money, units, months."""

from __future__ import annotations

from collections.abc import Callable

from allears.speaking.language import Currency, Language, Noun

__all__ = ["LANGUAGE"]

_MONTHS = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
           "novembre", "dicembre")  # fmt: skip
_EURO = Currency(Noun("euro", "euro"), Noun("centesimo", "centesimi"))
_DOLLAR = Currency(Noun("dollaro", "dollari"), Noun("centesimo", "centesimi"))
_POUND = Currency(Noun("sterlina", "sterline", is_feminine=True), Noun("penny", "penny"))


def _clock(hours: int, minutes: int, half: str, number: Callable[[int], str]) -> str:
    """`15:30` -> `quindici e trenta`."""
    hour = "una" if hours == 1 else number(hours)
    day = {"am": " del mattino", "pm": " del pomeriggio"}.get(half, "")
    if minutes == 0:
        return hour + (day or ("" if hours == 1 else " in punto"))
    return f"{hour} e {number(minutes)}{day}"


def _date(day: int, month: int, year: str, number: Callable[[int], str], ordinal: Callable[[int], str]) -> str:
    """`3 marzo 2021`; only the first is an ordinal."""
    del ordinal
    return f"{'primo' if day == 1 else number(day)} {_MONTHS[month - 1]} {year}".strip()


LANGUAGE = Language(
    code="it",
    minus="meno",
    point="virgola",
    to="a",
    and_="e",
    signs={"&": "e", "@": "chiocciola", "+": "più", "=": "uguale a", "%": "per cento", "°": "gradi", "×": "per",
           "<": "minore di", ">": "maggiore di", "#": "cancelletto", "$": "dollaro", "€": "euro", "−": "meno"},
    web={".": "punto", "@": "chiocciola", "/": "barra", "-": "trattino", "_": "trattino basso", ":": "due punti",
         "?": "punto interrogativo", "=": "uguale", "&": "e", "#": "cancelletto", "~": "tilde", "+": "più",
         "%": "per cento"},
    currencies={"$": _DOLLAR, "USD": _DOLLAR, "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND},
    scales={"mila": "mila", "milione": "milione", "milioni": "milioni", "miliardo": "miliardo",
            "miliardi": "miliardi"},
    scale_link="di",
    units={
        "%": Noun("per cento", "per cento"), "°": Noun("grado", "gradi"), "°C": Noun("grado Celsius", "gradi Celsius"),
        "°F": Noun("grado Fahrenheit", "gradi Fahrenheit"), "kg": Noun("chilogrammo", "chilogrammi"),
        "g": Noun("grammo", "grammi"), "mg": Noun("milligrammo", "milligrammi"), "km": Noun("chilometro", "chilometri"),
        "m": Noun("metro", "metri"), "cm": Noun("centimetro", "centimetri"), "mm": Noun("millimetro", "millimetri"),
        "l": Noun("litro", "litri"), "L": Noun("litro", "litri"), "ml": Noun("millilitro", "millilitri"),
        "km/h": Noun("chilometro orario", "chilometri orari"), "h": Noun("ora", "ore", is_feminine=True),
        "min": Noun("minuto", "minuti"), "s": Noun("secondo", "secondi"), "GB": Noun("gigabyte", "gigabyte"),
        "MB": Noun("megabyte", "megabyte"), "Hz": Noun("hertz", "hertz"), "kHz": Noun("chilohertz", "chilohertz"),
        "W": Noun("watt", "watt"), "kW": Noun("chilowatt", "chilowatt"),
    },
    months=_MONTHS,
    short_months={name[:3]: at for at, name in enumerate(_MONTHS, 1)},
    abbreviations={"sig.": "signor", "sig.ra": "signora", "dott.": "dottor", "prof.": "professor", "ecc.": "eccetera",
                   "ing.": "ingegner", "avv.": "avvocato", "p.es.": "per esempio", "pag.": "pagina", "ca.": "circa"},
    titles=frozenset("sig. dott. prof. ing. avv. p.es. pag. ca.".split()),
    ordinal="º|°(?!C|F)|(?P<f>ª)",
    clock=_clock,
    date=_date,
)  # fmt: skip
