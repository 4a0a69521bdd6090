"""Spanish: signs, money, units, months."""

from __future__ import annotations

from collections.abc import Callable

from allears.speaking.language import Currency, Language, Noun

__all__ = ["LANGUAGE"]

_MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre")  # fmt: skip
_CENT = Noun("centavo", "centavos")
_EURO = Currency(Noun("euro", "euros"), Noun("céntimo", "céntimos"))
_DOLLAR = Currency(Noun("dólar", "dólares"), _CENT)
_POUND = Currency(Noun("libra", "libras", is_feminine=True), Noun("penique", "peniques"))


def _clock(hours: int, minutes: int, half: str, number: Callable[[int], str]) -> str:
    """`15:30` -> `quince treinta`; `1:05` -> `una cero cinco`."""
    hour = "una" if hours == 1 else number(hours)
    day = {"am": " de la mañana", "pm": " de la tarde"}.get(half, "")
    if minutes == 0:
        return hour + (day or (" hora" if hours == 1 else " horas"))
    return f"{hour} {'cero ' if minutes < 10 else ''}{number(minutes)}{day}"


def _date(day: int, month: int, year: str, number: Callable[[int], str], ordinal: Callable[[int], str]) -> str:
    """`3 de marzo de 2021`."""
    del ordinal
    return f"{'primero' if day == 1 else number(day)} de {_MONTHS[month - 1]}" + (f" de {year}" if year else "")


LANGUAGE = Language(
    code="es",
    minus="menos",
    point="coma",
    to="a",
    and_="y",
    signs={"&": "y", "@": "arroba", "+": "más", "=": "igual a", "%": "por ciento", "°": "grados", "×": "por",
           "<": "menor que", ">": "mayor que", "#": "número", "$": "dólar", "€": "euro", "−": "menos"},
    web={".": "punto", "@": "arroba", "/": "barra", "-": "guion", "_": "guion bajo", ":": "dos puntos",
         "?": "signo de interrogación", "=": "igual", "&": "y", "#": "almohadilla", "~": "virgulilla", "+": "más",
         "%": "por ciento"},
    currencies={"$": _DOLLAR, "USD": _DOLLAR, "€": _EURO, "EUR": _EURO, "£": _POUND, "GBP": _POUND,
                "MXN": Currency(Noun("peso", "pesos"), _CENT)},
    scales={"mil": "mil", "millón": "millón", "millones": "millones"},
    scale_link="de",
    units={
        "%": Noun("por ciento", "por ciento"), "°": Noun("grado", "grados"),
        "°C": Noun("grado centígrado", "grados centígrados"), "°F": Noun("grado Fahrenheit", "grados Fahrenheit"),
        "kg": Noun("kilogramo", "kilogramos"), "g": Noun("gramo", "gramos"), "mg": Noun("miligramo", "miligramos"),
        "km": Noun("kilómetro", "kilómetros"), "m": Noun("metro", "metros"), "cm": Noun("centímetro", "centímetros"),
        "mm": Noun("milímetro", "milímetros"), "l": Noun("litro", "litros"), "L": Noun("litro", "litros"),
        "ml": Noun("mililitro", "mililitros"), "km/h": Noun("kilómetro por hora", "kilómetros por hora"),
        "h": Noun("hora", "horas", is_feminine=True), "min": Noun("minuto", "minutos"),
        "s": Noun("segundo", "segundos"), "GB": Noun("gigabyte", "gigabytes"), "MB": Noun("megabyte", "megabytes"),
        "Hz": Noun("hercio", "hercios"), "kHz": Noun("kilohercio", "kilohercios"), "W": Noun("vatio", "vatios"),
        "kW": Noun("kilovatio", "kilovatios"),
    },
    months=_MONTHS,
    short_months={name[:3]: at for at, name in enumerate(_MONTHS, 1)},
    abbreviations={"sr.": "señor", "sra.": "señora", "srta.": "señorita", "dr.": "doctor", "dra.": "doctora",
                   "ud.": "usted", "uds.": "ustedes", "etc.": "etcétera", "p.ej.": "por ejemplo", "avda.": "avenida",
                   "av.": "avenida", "núm.": "número", "pág.": "página", "aprox.": "aproximadamente"},
    titles=frozenset("sr. sra. srta. dr. dra. ud. uds. p.ej. avda. av. núm. pág. aprox.".split()),
    ordinal=r"\.?º|\.er|(?P<f>\.?ª)",
    clock=_clock,
    date=_date,
)  # fmt: skip
