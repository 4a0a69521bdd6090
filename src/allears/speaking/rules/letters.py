"""Letters that are no plain word: abbreviations, `U.S.A.`, Roman numbers, `No. 5`, the article `A`.

In: a reader. Out: rules.
"""

from __future__ import annotations

import re

from allears.speaking.rules.rule import Reader, Rule, behind, choice, is_capitalised, word_before

__all__ = ["rules", "value_of_roman"]

_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?(?!\w)")
_ROMAN = re.compile(r"[IVX]+(?!\w|['’.]\w)")
_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_VALID = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_CUES = frozenset("chapter part volume act scene section book war phase type class title appendix level grade stage "
                  "article figure table step mark super episode season round unit".split())  # fmt: skip
_RULERS = frozenset(
    """albert alexander alfonso augustus benedict boniface carl carlos catherine charles christian clement
    constantine edward elizabeth ferdinand francis franz frederick george gregory gustav haakon harald henry innocent
    isabella ivan james john joseph juan julius karl leo leopold louis margaret mary maximilian napoleon nicholas olaf
    otto paul peter philip pius ptolemy ramses richard robert sixtus thutmose urban victor wilhelm william xerxes
    """.split()
)


def rules(reader: Reader) -> list[Rule]:
    """Those of a reader; Roman numbers and the article are English."""
    made = list[Rule]()
    if reader.language.code == "en":
        made += [
            Rule(re.compile(r"(?:St|Dr)\.(?!\w)"), _saint_or_street),
            Rule(re.compile(r"(?:No|Nos|no|nos)\.(?=\s?\d)"), lambda found: "number"),
            Rule(re.compile(r"(pp?)\.(?=\s?\d)"), lambda found: "pages" if found[1] == "pp" else "page"),
            Rule(re.compile(r"#(?=\d)"), lambda found: "number"),
            Rule(re.compile(r"#(?=[^\W\d_])"), lambda found: "hashtag"),
            Rule(re.compile(r"IP(?=v\d)"), lambda found: "I P"),
            Rule(re.compile(r"and/or\b"), lambda found: "and or"),
            Rule(re.compile(r"a\.k\.a\.(?!\w)"), lambda found: "also known as"),
            Rule(_ROMAN, lambda found: _roman(found, reader)),
            Rule(re.compile(r"A(?!\w|['’.-]\w)"), _article),
        ]
    if reader.language.abbreviations:
        pattern = rf"(?:{choice(reader.language.abbreviations)})(?!\w)"
        made.append(Rule(re.compile(pattern, re.IGNORECASE), lambda found: _abbreviation(found, reader)))
    return [*made, Rule(_DOTTED, lambda found: " ".join(found[0].replace(".", "").upper()))]


def _abbreviation(found: re.Match[str], reader: Reader) -> str | None:
    """A word of the language that ends a sentence is no abbreviation: `I said no.`, `it was a fig.`"""
    text = found[0]
    is_word = text.lower() in ("co.", "ed.", "est.", "fig.", "gen.", "mon.", "wed.", "fri.", "sen.", "ch.", "hon.")
    if is_word and not (is_capitalised(text) and behind(found)) and not behind(found)[:1].isdigit():
        return None if text.islower() else reader.language.abbreviations[text.lower()]
    return reader.language.abbreviations[text.lower()]


def _saint_or_street(found: re.Match[str]) -> str:
    """Before a name it is a saint or a doctor, behind one a street or a drive."""
    is_name_next, before = is_capitalised(behind(found)), word_before(found)
    is_behind_name = is_capitalised(before) or before.endswith(("st", "nd", "rd", "th"))
    if found[0] == "St.":
        return "street" if is_behind_name and not is_name_next else "saint"
    return "drive" if is_behind_name and not is_name_next else "doctor"


def _roman(found: re.Match[str], reader: Reader) -> str | None:
    value, before = value_of_roman(found[0]), word_before(found)
    if not value:
        return None
    is_name = before.lower() in _RULERS and is_capitalised(before)
    if len(found[0]) == 1 and not (before.lower() in _CUES or (is_name and found[0] != "I")):
        return None  # the pronoun, `Malcolm X`, `V`
    if is_name:
        return f"the {reader.numbers.ordinal(value)}"
    return reader.numbers.cardinal(value) if is_capitalised(before) or before.lower() in _CUES else None


def value_of_roman(text: str) -> int:
    """1 to 39; 0 if it is not written as it should be."""
    if not _VALID.fullmatch(text):
        return 0
    values = [_DIGITS[letter] for letter in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _article(found: re.Match[str]) -> str:
    """`A` begins a sentence as the article; elsewhere it is the letter: `vitamin A`."""
    is_first = not found.string[: found.start()].strip("\"'“‘([ ")
    return "a" if is_first and behind(found)[:1].isalpha() else "A"
