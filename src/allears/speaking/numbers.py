"""Numbers as they are said: `1,234.5` is `one thousand two hundred thirty-four point five`.

In: a number, a dialect. Out: words. They come from the Unicode CLDR's rule-based number formats (library
`unicode-rbnf`, MIT; `num2words` is under the LGPL and has fewer languages); what people of a dialect say otherwise is
here: British `and`, years in pairs, `un` before a masculine noun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from unicode_rbnf import FormatPurpose, RbnfEngine

from allears.speaking.language import Language, Noun

__all__ = ["Numbers"]

_TOO_LARGE = 10**15  # from here on a number is read digit by digit
_SCALES = "thousand|million|billion|trillion"


@dataclass(frozen=True)
class Numbers:
    """Says numbers.

    Attributes:
        language: its words.
        is_british: `one hundred and five`.
        point: that parts whole and fraction in writing; the groups are parted by the other one, or by a thin space.
    """

    language: Language
    is_british: bool = False
    point: str = "."

    @property
    def pattern(self) -> str:
        """Expression of a numeral without sign."""
        group = "," if self.point == "." else "[.\u00a0\u202f\u2009 ]"
        return rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)(?:{re.escape(self.point)}\d+)?"

    def cardinal(self, number: int) -> str:
        """`105` -> `one hundred five`; digit by digit from 10^15 on."""
        if abs(number) >= _TOO_LARGE:
            sign = f"{self.language.minus} " if number < 0 else ""
            return sign + self.digits(str(abs(number)))
        said = _spelt(number, self.language.code, FormatPurpose.CARDINAL)
        return _with_and(said) if self.is_british else said

    def ordinal(self, number: int, *, is_feminine: bool = False) -> str:
        """`21` -> `twenty-first`."""
        if number >= _TOO_LARGE:
            return self.cardinal(number)
        said = _spelt(number, self.language.code, FormatPurpose.ORDINAL, is_feminine=is_feminine)
        return _with_and(said) if self.is_british else said

    def year(self, number: int) -> str:
        """`1984` -> `nineteen eighty-four`, where the language says years so."""
        if self.language.code != "en":
            return self.cardinal(number)
        if 2000 <= number <= 2009:
            return self.cardinal(number)
        century, rest = divmod(number, 100)
        if rest == 0 and century % 10:
            return f"{self.cardinal(century)} hundred"
        return f"{self.cardinal(century)} {'oh ' if rest < 10 else ''}{self.cardinal(rest)}"

    def digits(self, text: str) -> str:
        """`07` -> `zero seven`; what is no digit parts groups, with a short pause."""
        groups = re.findall(r"\d+", text)
        return " , ".join(" ".join(self.cardinal(int(digit)) for digit in group) for group in groups)

    def read(self, numeral: str) -> str:
        """A numeral as `pattern` finds it: its groups, its fraction digit by digit; zeros in front are said."""
        whole, _, fraction = numeral.partition(self.point)
        whole = re.sub(r"\D", "", whole)
        has_zeros = len(whole) > 1 and whole[0] == "0"
        said = self.digits(whole) if has_zeros else self.cardinal(int(whole or 0))
        return f"{said} {self.language.point} {self.digits(fraction)}" if fraction else said

    def count(self, numeral: str, noun: Noun) -> str:
        """`3`, kilogram -> `three kilograms`, with the gender and number that the noun asks for."""
        said, number = self.read(numeral), self.value(numeral)
        if self.language.code in ("fr", "es", "it") and number == int(number):
            said = self.agreeing(said, int(number), is_feminine=noun.is_feminine)
        is_one = 0 <= number < 2 if self.language.code == "fr" else number == 1
        return f"{said} {noun.one if is_one else noun.many}"

    def agreeing(self, said: str, number: int, *, is_feminine: bool) -> str:
        """A whole number before a noun: `veintiuno` -> `veintiún`, `un` -> `une`."""
        if self.language.code == "fr":
            return re.sub(r"\bun$", "une", said) if is_feminine else said
        if self.language.code == "it":
            return ("una" if is_feminine else "un") if number == 1 else said
        if is_feminine:
            return re.sub(r"uno$", "una", said)
        return re.sub(r"veintiuno$", "veintiún", re.sub(r"\buno$", "un", said))

    def value(self, numeral: str) -> float:
        """What it is worth."""
        whole, _, fraction = numeral.partition(self.point)
        return float(f"{re.sub(r'[^0-9]', '', whole) or 0}.{fraction or 0}")


@lru_cache(maxsize=8)
def _engine(code: str) -> RbnfEngine:
    return RbnfEngine.for_language(code)  # reads its file: 30 to 100 ms


@lru_cache(maxsize=4096)
def _spelt(number: int, code: str, purpose: FormatPurpose, *, is_feminine: bool = False) -> str:
    found = _engine(code).format_number(number, purpose)
    if purpose is FormatPurpose.CARDINAL:
        return found.text
    gender = "feminine" if is_feminine else "masculine"
    return next((said for name, said in found.text_by_ruleset.items() if name.endswith(gender)), found.text)


def _with_and(said: str) -> str:
    """`one thousand five` -> `one thousand and five`, `one hundred five` -> `one hundred and five`."""
    said = re.sub(rf"\bhundred (?!(?:{_SCALES})\b)", "hundred and ", said)
    return re.sub(rf"\b({_SCALES}) (?=[\w-]+$)", r"\1 and ", said)
