"""English spelling to the phones that Kokoro reads, by dictionary alone.

In: a sentence, a dialect. Out: IPA in Kokoro's alphabet, or None where a word is not in the dictionary.
The dictionaries are misaki's `us_gold.json` and `gb_gold.json` (Apache-2.0), read as data. Ours differs from misaki: no
parts of speech (the default pronunciation is taken), and a sentence with an unknown word is passed over.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from allears.speaking.endings import VOWELS, with_ending

__all__ = ["Phones"]

_SMALL = {"a": "ɐ", "an": "ɐn"}
_THE = ("ðə", "ði")  # before a consonant, before a vowel
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
        self._dialect = dialect
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
            return _THE[bool(sounds) and sounds[0] in VOWELS]
        if lower in _SMALL:
            return _SMALL[lower]
        return self._known(token) or with_ending(lower, self._known, self._dialect)

    def _known(self, token: str) -> str | None:
        lower = token.lower()
        return next((self._said[form] for form in (token, lower, lower.capitalize()) if form in self._said), None)
