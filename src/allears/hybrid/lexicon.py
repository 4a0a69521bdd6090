"""How words are pronounced: a file of the user, in the format of the CMU Pronouncing Dictionary.

In: lines `WORD  P1 P2 ...`; a second pronunciation is another line, or `WORD(2)`; lines that begin with `;;;` or `#`
are comments. Out: phones of words, without stress (`AH0` is `AH`).

A word that is not in the file is guessed by English letter-to-sound rules (`sounds.py`), and a warning says which: a
guess is right for about half of the words, so write the words that matter into the file. A word without any letter of
English (`42`, another script) cannot be guessed and has no pronunciation.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from allears.hybrid.sounds import guess
from allears.texts import plain_words

__all__ = ["Lexicon", "Pronunciation"]

log = logging.getLogger(__name__)

Pronunciation = tuple[str, ...]

_VARIANT = re.compile(r"\(\d+\)$")
_STRESS = re.compile(r"\d$")
_MOST_NAMED = 10  # words in a message


class Lexicon:
    """Words and their pronunciations, the usual one first.

    Args:
        entries: plain word -> pronunciations, at least one.
    """

    def __init__(self, entries: Mapping[str, Iterable[Pronunciation]]) -> None:
        self._entries = {word: tuple(dict.fromkeys(said)) for word, said in entries.items()}

    @classmethod
    def read(cls, path: str | Path) -> Lexicon:
        """A file in the format of cmudict.

        Raises:
            ValueError: a line without phones, or a file without lines.
        """
        entries: dict[str, list[Pronunciation]] = {}
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip() or line.startswith((";;;", "#")):
                    continue
                word, *phones = line.partition(" #")[0].split()
                if not phones:
                    raise ValueError(
                        f"{path}:{number}: {word!r} has no phones: write `{word}  P1 P2 ...`, or delete it"
                    )
                word = plain_words(_VARIANT.sub("", word)) or word.lower()
                entries.setdefault(word, []).append(tuple(_STRESS.sub("", phone) for phone in phones))
        if not entries:
            raise ValueError(f"{path} has no words: a line is `WORD  P1 P2 ...`, as in cmudict")
        return cls(entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    @property
    def phones(self) -> tuple[str, ...]:
        """Every phone there is, sorted."""
        return tuple(sorted({phone for said in self._entries.values() for one in said for phone in one}))

    def say(self, word: str) -> tuple[Pronunciation, ...]:
        """The pronunciations of a plain word: those of the file, else a guess; none if it cannot be guessed."""
        known = self._entries.get(word) or self._entries.get(word.strip("'"))
        if known:
            return known
        guessed = guess(word)
        return (guessed,) if guessed else ()

    def of(self, words: Iterable[str]) -> Lexicon:
        """The lexicon of these plain words alone, the guessed ones counted and named in a warning.

        Words without a pronunciation are not in it, and are named as well.
        """
        wanted = dict.fromkeys(words)
        said = {word: self.say(word) for word in wanted}
        guessed = [word for word in wanted if said[word] and word not in self and word.strip("'") not in self]
        silent = [word for word in wanted if not said[word]]
        if guessed:
            log.warning("%d of %d words are not in the lexicon and are guessed: %s", len(guessed), len(wanted),
                        named(guessed))  # fmt: skip
        if silent:
            log.warning("%d of %d words have no pronunciation: %s; write them into the lexicon", len(silent),
                        len(wanted), named(silent))  # fmt: skip
        return Lexicon({word: one for word, one in said.items() if one})

    def with_more(self, other: Lexicon) -> Lexicon:
        """Both; where a word is in both, the other's pronunciations."""
        return Lexicon(self._entries | other._entries)

    def to_dict(self) -> dict[str, list[str]]:
        """Word -> pronunciations, phones with a space between."""
        return {word: [" ".join(one) for one in said] for word, said in self._entries.items()}

    @classmethod
    def from_dict(cls, entries: Mapping[str, Iterable[str]]) -> Lexicon:
        """What `to_dict` gave."""
        return cls({word: [tuple(one.split()) for one in said] for word, said in entries.items()})


def named(words: list[str]) -> str:
    """The first words of a list, for a message."""
    return ", ".join(map(repr, words[:_MOST_NAMED])) + (", ..." if len(words) > _MOST_NAMED else "")
