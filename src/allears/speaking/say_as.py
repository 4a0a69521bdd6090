"""What SSML's `say-as` makes of a text: letters, a number, digits, a date, a time, a telephone number.

In: a text and how it is to be taken. Out: its words; an error if it is no such thing.
"""

from __future__ import annotations

import re

from allears.speaking.normalise import reader_of
from allears.speaking.rules.addresses import say_telephone
from allears.speaking.rules.dates import say_date, say_time
from allears.speaking.rules.rule import Reader

__all__ = ["KINDS", "words_as"]

_TIME = re.compile(r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s*([ap]\.?m\.?)?", re.IGNORECASE)
_ORDERS = ("mdy", "dmy", "ymd", "md", "dm", "my", "ym", "y", "m", "d")


def _characters(text: str, reader: Reader, form: str) -> str | None:
    del form
    said = [_character(letter, reader) for letter in text if not letter.isspace()]
    return " ".join(said) if all(said) else None


def _character(letter: str, reader: Reader) -> str:
    if letter.isdecimal():
        return reader.numbers.cardinal(int(letter))
    return (
        letter.upper() if letter.isalpha() else reader.language.web.get(letter, reader.language.signs.get(letter, ""))
    )


def _cardinal(text: str, reader: Reader, form: str) -> str | None:
    del form
    sign, number = (reader.language.minus, text[1:]) if text[:1] in "-−" else ("", text)
    return f"{sign} {reader.numbers.read(number)}" if re.fullmatch(reader.numbers.pattern, number) else None


def _ordinal(text: str, reader: Reader, form: str) -> str | None:
    del form
    return reader.numbers.ordinal(int(text)) if text.isdecimal() else None


def _digits(text: str, reader: Reader, form: str) -> str | None:
    del form
    return reader.numbers.digits(text) if text and not set(text) - set("0123456789 .-") and text.strip(" .-") else None


def _telephone(text: str, reader: Reader, form: str) -> str | None:
    del form
    return say_telephone(reader, text) if re.fullmatch(r"\+?[\d ().-]*\d[\d ().-]*", text) else None


def _date(text: str, reader: Reader, form: str) -> str | None:
    numbers = re.findall(r"\d+", text)
    order = form or ("ymd" if numbers and len(numbers[0]) == 4 else "mdy" if reader.is_month_first else "dmy")
    if order not in _ORDERS or len(numbers) != len(order) or re.sub(r"[\d/. -]", "", text):
        return None
    of = {part: int(number) for part, number in zip(order, numbers, strict=True)}
    if "d" in of and "m" in of:
        return say_date(reader, of["d"], of["m"], of.get("y"))
    if "d" in of:
        return reader.numbers.ordinal(of["d"])
    months = reader.language.months
    if "m" in of and not 1 <= of["m"] <= len(months):
        return None
    return " ".join(
        [*([months[of["m"] - 1]] if "m" in of else []), *([reader.numbers.year(of["y"])] if "y" in of else [])]
    )


def _time(text: str, reader: Reader, form: str) -> str | None:
    del form
    found = _TIME.fullmatch(text)
    if not found:
        return None
    return say_time(reader, int(found[1]), int(found[2] or 0), int(found[3] or 0), found[4] or "")


KINDS = {
    "characters": _characters, "spell-out": _characters, "cardinal": _cardinal, "number": _cardinal,
    "ordinal": _ordinal, "digits": _digits, "date": _date, "time": _time, "telephone": _telephone,
}  # fmt: skip


def words_as(text: str, kind: str, dialect: str, form: str = "") -> tuple[str, ...]:
    """The words of a text.

    Args:
        text: such as `2021-03-04`.
        kind: of `KINDS`.
        dialect: that they are said in.
        form: of a date, the order of its parts: `mdy`, `dm`, ...; what is usual in the dialect if empty.

    Raises:
        ValueError: an unknown kind, or a text that is not of it.
    """
    if kind not in KINDS:
        raise ValueError(f'interpret-as="{kind}" is not known: there are {", ".join(KINDS)}')
    said = KINDS[kind](" ".join(text.split()), reader_of(dialect), form)
    if not said:
        hint = f" in the order {form!r} (of {', '.join(_ORDERS)})" if form else ""
        raise ValueError(f"{text!r} cannot be said as {kind}{hint}: write it so, or leave say-as out")
    return tuple(said.split())
