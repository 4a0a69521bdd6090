"""What a listener does to words: numbers written either way, apostrophes lost, a letter wrong, a small word missed.

In: words with their tags. Out: the same, changed a little by a random number generator; a tag stays with its word.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["FORGOTTEN", "Noise", "say_number"]

FORGOTTEN = "\u0301"  # a lone accent, a word that has no pieces: the reader is shown its unknown piece

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def say_number(value: int) -> list[str]:
    """The words of 0 to 9999; 1100 to 1999 as years are said: nineteen ninety eight."""
    if value < 20:
        return [_SMALL[value]]
    if value < 100:
        tens, ones = divmod(value, 10)
        return [_TENS[tens - 2], *([_SMALL[ones]] if ones else [])]
    hundreds, rest = divmod(value, 100)
    if value < 1000 or (1100 <= value < 2000):
        middle = ["hundred"] if value < 1000 or not rest else ["oh"] if rest < 10 else []
        return [*say_number(hundreds), *middle, *(say_number(rest) if rest else [])]
    thousands, rest = divmod(value, 1000)
    return [_SMALL[thousands], "thousand", *(say_number(rest) if rest else [])]


@dataclass(frozen=True)
class Noise:
    """How often what happens.

    Attributes:
        number: probability that a number in digits is spelt out.
        apostrophe: that an apostrophe is lost.
        sentence: that a sentence is touched by the two below.
        letter: in such a one, that a word gets a wrong letter.
        drop: in such a one, that a word outside all values is missed.
        forget: that a word's place is kept and the word is not known, in any sentence: what stands around it has to
            do (word dropout, Iyyer et al. 2015; ours keeps the place, as BERT's masks do).
    """

    number: float = 0.3
    apostrophe: float = 0.3
    sentence: float = 0.4
    letter: float = 0.05
    drop: float = 0.03
    forget: float = 0.0

    def apply(
        self, words: Sequence[str], tags: Sequence[str] | None, draw: random.Random
    ) -> tuple[list[str], list[str] | None]:
        """Changed words and their tags; at least one word stays."""
        is_noisy = draw.random() < self.sentence
        out_words, out_tags = list[str](), list[str]()
        for word, tag in zip(words, tags or ["O"] * len(words), strict=True):
            if is_noisy and tag == "O" and draw.random() < self.drop:
                continue
            said = self._said(word, draw)
            if is_noisy and len(said) == 1 and draw.random() < self.letter:
                said = [_misspelt(said[0], draw)]
            if self.forget and draw.random() < self.forget:
                said = [FORGOTTEN]
            out_words += said
            out_tags += [tag, *([f"I-{tag[2:]}" if tag != "O" else tag] * (len(said) - 1))]
        if not out_words:
            return list(words), None if tags is None else list(tags)
        return out_words, None if tags is None else out_tags

    def _said(self, word: str, draw: random.Random) -> list[str]:
        if word.isascii() and word.isdecimal() and len(word) <= 4 and draw.random() < self.number:
            return say_number(int(word))
        if "'" in word and word != "'" and draw.random() < self.apostrophe:
            return [word.replace("'", "")]
        return [word]


def _misspelt(word: str, draw: random.Random) -> str:
    """One letter left out, doubled or replaced; words of up to two letters stay."""
    if len(word) < 3:
        return word
    at = draw.randrange(len(word))
    middle = draw.choice(("", word[at] * 2, draw.choice(_LETTERS)))
    return word[:at] + middle + word[at + 1 :]
