"""A user's words and what was learned from corrections, as a session uses them.

In: the folders `words` and `corrections`, read again when something in them changed, so that a session that runs for
days knows a new word at the next clip. Out: `Lexicon`: hotwords for a voice, rules.

A decoder of English finds `Szabó` hardly possible in an English sentence, however it sounds. So what a word sounds like
is expected as well, `sabo`; where the decoder takes that, a rule writes the word.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from allears.biasing.biasing import Biasing
from allears.personal.corrections import CorrectionStore
from allears.personal.learned import phrases_of, rules_of
from allears.personal.rules import Rule
from allears.personal.words import UserWord, WordStore
from allears.texts import plain_words

__all__ = ["Lexicon", "OwnWords"]

_Signature = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Lexicon:
    """What one user says.

    Attributes:
        words: that the user gave.
        learned: phrases that corrections gave.
        rules: misreadings that corrections gave; `rules_for` adds those of words.
    """

    words: tuple[UserWord, ...] = ()
    learned: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    @cached_property
    def has_voices(self) -> bool:
        """Whether it matters who speaks."""
        return any(word.voice for word in self.words)

    def weights(self, voice: str = "") -> Mapping[str, float]:
        """Phrase, or what one sounds like -> weight, for what a voice (its id; empty if unknown) says."""
        by_ear = {spelling: word.weight for word in self._of(voice) for spelling in word.sounds_like}
        own = {word.phrase: word.weight for word in self._of(voice)}
        return {**dict.fromkeys(self.learned, 1.0), **by_ear, **own}

    def rules_for(self, voice: str = "") -> tuple[Rule, ...]:
        """What is written in place of what."""
        words = self._of(voice)
        written = {plain_words(word.phrase) for word in words}
        by_ear = {plain_words(spelling): word.phrase for word in words for spelling in word.sounds_like}
        own = tuple(Rule(heard, phrase) for heard, phrase in by_ear.items() if heard not in written)
        return (*self.rules, *own)

    def expected(self, biasing: Biasing | None, voice: str = "") -> Biasing | None:
        """What a session expects, with these words; None if nothing is expected."""
        weights = self.weights(voice)
        if not weights:
            return biasing
        return (biasing or Biasing()).with_words(weights)

    def _of(self, voice: str) -> list[UserWord]:
        """Words of all, then those of the voice, which have precedence."""
        mine = [word for word in self.words if voice and word.voice == voice]
        return [*(word for word in self.words if not word.voice), *mine]


class OwnWords:
    """The lexicon of a user. Safe to share among threads.

    Args:
        home: folder that holds `words` and `corrections`; the user's own folders if None.
    """

    def __init__(self, home: str | Path | None = None) -> None:
        inside = None if home is None else Path(home)
        self._words = WordStore(None if inside is None else inside / "words")
        self._corrections = CorrectionStore(None if inside is None else inside / "corrections")
        self._kept: tuple[_Signature, Lexicon] | None = None

    def now(self) -> Lexicon:
        """What is in the folders now."""
        signature = (*_signature(self._words.folder), *_signature(self._corrections.folder))
        kept = self._kept
        if kept is not None and kept[0] == signature:
            return kept[1]
        corrections = self._corrections.load()
        lexicon = Lexicon(self._words.load(), phrases_of(corrections), rules_of(corrections))
        self._kept = signature, lexicon
        return lexicon


def _signature(folder: Path) -> _Signature:
    """Names and times of a folder's texts."""
    if not folder.is_dir():
        return ()
    with os.scandir(folder) as entries:
        return tuple(sorted((e.path, e.stat().st_mtime_ns) for e in entries if e.name.endswith(".json")))
