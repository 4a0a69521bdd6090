"""How words are said, by dictionary: a model's `lexicon-DIALECT.txt.xz`.

In: a file of lines `word TAB phones`. Out: phones of a word, however it is written, with its endings; None if it is not
there. A word with several pronunciations (`read`, `live`) has its first one: which one is meant takes a parser of
sentences, and a rule that is wrong half of the time would be worse.
"""

from __future__ import annotations

import lzma
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from allears.runtime.onnx_file import ModelError
from allears.speaking.endings import with_ending

__all__ = ["Lexicon"]


class Lexicon:
    """The dictionary of one dialect, read when a word is first looked up.

    Args:
        path: of the file.
        dialect: such as `en-GB`.
    """

    def __init__(self, path: Path, dialect: str) -> None:
        self._path, self._dialect = path, dialect

    def phones(self, word: str) -> str | None:
        """Phones of a word: as written, in lower case, with a capital, with an ending, in parts of a hyphen."""
        lower = word.lower()
        if said := self._exact(word):
            return said
        if self._dialect.startswith("en") and (said := with_ending(lower, self._exact, self._dialect)):
            return said
        if lower.endswith("'") and (said := self.phones(lower[:-1])):  # the dogs'
            return said
        if (plain := _without_marks(lower)) != lower:  # café, where the dictionary has cafe
            return self.phones(plain)
        return None

    def letter(self, letter: str) -> str | None:
        """The name of a letter: the entry of the capital."""
        return self._said.get(letter.upper()) or self._said.get(letter.lower())

    def _exact(self, word: str) -> str | None:
        lower = word.lower()
        return next((self._said[form] for form in (word, lower, lower.capitalize()) if form in self._said), None)

    @cached_property
    def _said(self) -> Mapping[str, str]:
        try:
            text = lzma.decompress(self._path.read_bytes()).decode("utf-8")
            pairs = [line.split("\t") for line in text.splitlines() if line]
            said = {word: phones for word, phones, *_ in reversed(pairs)}  # of two lines the first counts
        except (OSError, lzma.LZMAError, UnicodeDecodeError, ValueError) as error:
            raise ModelError(f"{self._path} is no dictionary ({error}): fetch or export the voice again") from error
        return said


def _without_marks(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
