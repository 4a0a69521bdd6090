"""English spelling to the phones that Kokoro reads, by dictionary alone.

In: a sentence, a dialect. Out: IPA in Kokoro's alphabet, or None where a word is not in the dictionary.
The dictionaries are misaki's `us_gold.json` and `gb_gold.json` (Apache-2.0), read as data. Ours differs from misaki: no
parts of speech (the default pronunciation is taken), and a sentence with an unknown word is passed over.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["Phones"]

_SMALL = {"a": "ɐ", "an": "ɐn"}
_THE = ("ðə", "ði")  # before a consonant, before a vowel
_VOWELS = set("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵻ")
_PAUSES = ",.?!;:"


class Phones:
    """One dialect's dictionary.

    Args:
        folder: that holds the two files.
        dialect: `en-US` or `en-GB`.
    """

    def __init__(self, folder: Path, dialect: str) -> None:
        name = {"en-US": "us_gold.json", "en-GB": "gb_gold.json"}[dialect]
        found = json.loads((folder / name).read_text(encoding="utf-8"))
        plain = {word: said if isinstance(said, str) else said.get("DEFAULT") for word, said in found.items()}
        self._is_us = dialect == "en-US"
        self._said = {word: said for word, said in plain.items() if said}

    def read(self, text: str) -> str | None:
        """Phones of a sentence, its pauses kept; None if a word is not known."""
        pieces: list[str] = []
        for token in reversed(re.findall(r"[A-Za-z']+|[,.?!;:]", text)):
            if token in _PAUSES:
                pieces.append(token)
                continue
            said = self._word(token, pieces[-1] if pieces else "")
            if said is None:
                return None
            pieces.append(said)
        joined = " ".join(reversed(pieces))
        return re.sub(r"\s+([,.?!;:])", r"\1", joined)

    def _word(self, token: str, following: str) -> str | None:
        lower = token.lower()
        if lower == "the":
            sounds = following.lstrip("ˈˌ")
            return _THE[bool(sounds) and sounds[0] in _VOWELS]
        if lower in _SMALL:
            return _SMALL[lower]
        return self._known(token) or self._with_ending(lower)

    def _known(self, token: str) -> str | None:
        lower = token.lower()
        return next((self._said[form] for form in (token, lower, lower.capitalize()) if form in self._said), None)

    def _with_ending(self, word: str) -> str | None:
        """A known word with -s, -ed or -ing behind it, by the rules of English (misaki's, too)."""
        for ending, stems in (("'s", ("",)), ("s", ("", "y<ie", "<e")), ("ed", ("", "e", "y<i", "<<")),
                              ("ing", ("", "e", "<<"))):  # fmt: skip
            if not word.endswith(ending) or len(word) < len(ending) + 3 or (ending == "s" and word.endswith("ss")):
                continue
            for how in stems:
                stem = _stem(word[: -len(ending)], how)
                if stem and (said := self._known(stem)):
                    return _ended(said, ending.lstrip("'"), self._is_us)
        return None


def _stem(rest: str, how: str) -> str:
    """What a word was before its ending: `e` put back, `i` turned to `y`, a doubled letter halved, an `e` taken off."""
    if how in ("", "e"):
        return rest + how
    if how == "<<":
        return rest[:-1] if len(rest) > 3 and rest[-1] == rest[-2] else ""
    instead, gone = how.split("<")
    return rest.removesuffix(gone) + instead if rest.endswith(gone) else ""


def _ended(said: str, ending: str, is_us: bool) -> str:
    last = said[-1]
    if ending == "s":
        return said + ("ᵻz" if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z")
    if is_us and last == "t" and len(said) > 1 and said[-2] in _VOWELS and ending != "s":
        said = said[:-1] + "ɾ"  # the tap of "waiting"
    if ending == "ing":
        return said + "ɪŋ"
    return said + ("ᵻd" if last in "td" else "t" if last in "pkfθsʃʧ" else "d")
