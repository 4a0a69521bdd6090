"""Word pieces: a word of any spelling as numbers of a small vocabulary.

In: words. Out: piece numbers, and which piece each word begins with. The same as BERT's uncased tokeniser gives:
lower case, accents dropped, punctuation apart, then the longest piece that fits, from left to right.
Sources: Devlin et al. 2019; Wu et al. 2016, "Google's Neural Machine Translation System" (word pieces). Ours differs:
words are given, so that one word's punctuation never starts another word; no language but those that part words by
spaces is split further.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CONTINUED", "END", "SPECIALS", "START", "UNKNOWN", "Pieces", "WordPieces", "basic_parts"]

PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
SPECIALS = (PAD, UNKNOWN, START, END)
CONTINUED = "##"  # before a piece that does not begin a word
MAX_LETTERS = 64  # of a part; a longer one is unknown (BERT: 100)


@dataclass(frozen=True)
class Pieces:
    """A text as pieces.

    Attributes:
        numbers: of the pieces, start and end mark included.
        first: index into `numbers` of each word's first piece.
    """

    numbers: tuple[int, ...]
    first: tuple[int, ...]

    def cut(self, most: int) -> Pieces:
        """At most so many pieces, the end mark among them; a word that would begin past that is left out."""
        if len(self.numbers) <= most:
            return self
        return Pieces((*self.numbers[: most - 1], self.numbers[-1]), tuple(at for at in self.first if at < most - 1))


class WordPieces:
    """Words -> pieces.

    Args:
        vocabulary: the pieces, in order of their numbers.

    Raises:
        ValueError: a special piece is missing, or a piece is there twice.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._number = {piece: number for number, piece in enumerate(vocabulary)}
        missing = [piece for piece in SPECIALS if piece not in self._number]
        if missing or len(self._number) < len(self.vocabulary):
            raise ValueError(
                f"a vocabulary of word pieces holds each piece once, and {', '.join(SPECIALS)} among them; this one of "
                f"{len(self.vocabulary)} has {len(self._number)} different ones and lacks {missing}: take the file "
                "that was exported with the model"
            )
        self._start, self._end = self._number[START], self._number[END]
        self._unknown = self._number[UNKNOWN]

    @classmethod
    def load(cls, path: Path) -> WordPieces:
        """Read a vocabulary file: one piece a line, UTF-8."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:-1])

    def split(self, words: Sequence[str]) -> Pieces:
        """The pieces of words; a word without any (a lone accent) is the unknown piece."""
        numbers, first = [self._start], []
        for word in words:
            first.append(len(numbers))
            found = [number for part in basic_parts(word) for number in self._longest(part)]
            numbers += found or [self._unknown]
        return Pieces((*numbers, self._end), tuple(first))

    def _longest(self, part: str) -> list[int]:
        """Longest piece first, from the left; the unknown piece if a rest has none."""
        if len(part) > MAX_LETTERS:
            return [self._unknown]
        found, at = list[int](), 0
        while at < len(part):
            prefix = CONTINUED if at else ""
            for end in range(len(part), at, -1):
                number = self._number.get(prefix + part[at:end])
                if number is not None:
                    found.append(number)
                    at = end
                    break
            else:
                return [self._unknown]
        return found


def basic_parts(word: str) -> list[str]:
    """Lower case without accents or control characters; each punctuation mark is a part of its own."""
    plain = (c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) not in ("Mn", "Cc", "Cf"))
    parts, is_open = list[str](), False
    for letter in plain:
        if letter.isspace() or _is_apart(letter):
            parts += [] if letter.isspace() else [letter]
            is_open = False
        elif is_open:
            parts[-1] += letter
        else:
            parts.append(letter)
            is_open = True
    return parts


def _is_apart(letter: str) -> bool:
    """BERT's punctuation: all ASCII that is neither letter nor digit, and Unicode's P; and Chinese characters."""
    code = ord(letter)
    if code < 128:
        return not letter.isalnum()
    return unicodedata.category(letter).startswith("P") or 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF
