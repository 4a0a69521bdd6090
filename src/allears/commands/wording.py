"""Any writing -> the words as they are said, which is all that grammar and speech have in common.

In: a sentence, or a piece of a template. Out: lower case, no punctuation, numbers and signs as words.
`Set it to 21%!` -> `set it to twenty one percent`
"""

from __future__ import annotations

import re

from allears.commands.numerals import say
from allears.texts import plain_words

__all__ = ["as_said", "piece_as_said"]

_PLAIN = re.compile(r"[a-z' ]*")
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])-\d+(?:\.\d+)?|\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r",(?=\d{3})")
_SIGNS = {
    "en": {"%": " percent ", "°": " degrees ", "&": " and ", "½": " half ", "+": " plus "},
    "de": {"%": " prozent ", "°": " grad ", "&": " und ", "+": " plus "},
    "fr": {"%": " pour cent ", "°": " degrés ", "&": " et ", "+": " plus "},
    "es": {"%": " por ciento ", "°": " grados ", "&": " y ", "+": " más "},
}


def as_said(text: str, language: str) -> str:
    """The words of a text, one space between them."""
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    for sign, words in _SIGNS.get(language[:2].lower(), {}).items():
        text = text.replace(sign, words)
    return plain_words(_NUMBER.sub(lambda found: _words(found.group(), language), text))


def piece_as_said(text: str, language: str) -> str:
    """The same of a piece of a template: white space or a sign at its edges stays a space, since it parts words."""
    said = as_said(text, language)
    if not said:
        return " " if text else ""
    return ("" if _joins(text[0]) else " ") + said + ("" if _joins(text[-1]) else " ")


def _joins(letter: str) -> bool:
    return letter == "'" or letter == "\u2019" or letter.isalnum()


def _words(digits: str, language: str) -> str:
    digits = _THOUSANDS.sub("", digits)
    said = say(float(digits) if "." in digits else int(digits), language)
    return digits if said is None else f" {said} "
