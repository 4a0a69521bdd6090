"""Addresses: mail, web, telephone numbers, version numbers.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re

from allears.speaking.rules.rule import Reader, Rule

__all__ = ["rules", "say_telephone"]

_DOMAINS = "com|org|net|edu|gov|io|co|uk|ca|au|de|fr|es|it|mx|info|ai|dev|app|eu"
_MAIL = re.compile(r"(?:mailto:)?([\w.+%-]+@[\w-]+(?:\.[\w-]+)+)")
_WEB = re.compile(
    rf"(?:https?://|(?=www\.))([^\s<>\"]*[\w/])|((?:[\w-]+\.)+(?:{_DOMAINS})(?![\w@])(?:/[^\s<>\"]*[\w/])?)"
)
_PHONES = (
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}",  # +44 20 7946 0958, +1 (800) 555-0199
    r"(?:1[-. ])?\(\d{3}\) ?\d{3}[-. ]\d{4}",  # (800) 555-0199
    r"(?:1[-. ])?\d{3}([-.])\d{3}\1\d{4}",  # 800-555-0199
    r"\d{3}-\d{4}",  # 555-0199
    r"0\d{2,4} \d{3,4} \d{3,4}",  # 020 7946 0958
    r"0\d(?: \d\d){4}",  # 01 23 45 67 89
)
_PHONE = re.compile(rf"(?:{'|'.join(_PHONES)})(?![\w-]|\.\d)")
_VERSION = re.compile(r"\d+(?:\.\d+){2,}(?!\w)")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\s]")


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader."""
    if not reader.language.web:
        return []
    return [
        Rule(_MAIL, lambda found: _address(found[1], reader)),
        Rule(_WEB, lambda found: _address(found[1] or found[2], reader)),
        Rule(_PHONE, lambda found: say_telephone(reader, found[0])),
        Rule(_VERSION, lambda found: _version(found[0], reader)),
    ]


def _address(text: str, reader: Reader) -> str:
    """Every piece: letters as a word (`www` as letters), digits one by one where many, signs by their name."""
    return " ".join(_piece(piece, reader) for piece in _PIECE.findall(text))


def _piece(piece: str, reader: Reader) -> str:
    if piece.isdecimal():
        is_short = len(piece) <= 2 or (len(piece) == 4 and piece[0] in "12")
        return reader.numbers.read(piece) if is_short else reader.numbers.digits(piece)
    if piece.isalpha():
        return " ".join("WWW") if piece.lower() == "www" else piece
    return reader.language.web.get(piece, "")


def say_telephone(reader: Reader, text: str) -> str:
    """Digit by digit, the groups apart; a plus is said."""
    plus = f"{reader.language.web['+']} " if text.lstrip().startswith("+") and "+" in reader.language.web else ""
    return plus + reader.numbers.digits(text)


def _version(text: str, reader: Reader) -> str | None:
    if re.fullmatch(reader.numbers.pattern, text):
        return None  # `1.234.567` where a full stop parts thousands
    dot = f" {reader.language.web['.']} " if text.count(".") == 3 else f" {reader.language.point} "
    return dot.join(reader.numbers.read(part) for part in text.split("."))
