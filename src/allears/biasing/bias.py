"""How much likelier some words are than usual, and which of them may have been said in place of what was heard.

In: hotwords and the pack of a domain. Out: a bonus for a text, in nats, and proposals for a text that was heard.
Source: shallow fusion, score = ln p(text | audio) + bonus(text) (Gulcehre et al. 2015; phrases of a user: Zhao et al.
2019). The bonus is the weighted ln p of the n-gram, with a bonus a word that makes a word nothing is known of cost
nothing, and a bonus a letter of each whole phrase: none for its beginning, so that there is none to take back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allears.biasing.ngram import NGram
from allears.biasing.pack import Pack
from allears.biasing.spelling import Alike
from allears.texts import plain_words

__all__ = ["Bias", "Proposal"]

NATS_A_LETTER = 1.0  # a phrase of weight 1; chosen on dev sentences with `benchmarks/biasing.py --split dev`
NGRAM_WEIGHT = 0.25  # likewise; more gains nothing, and harms where the domain is wrong
_MOST_WORDS = 4  # of what was heard that one phrase may stand for
_MOST_SPLIT = 2  # of what was heard that one word may stand for
_ALIKE = 0.5  # how alike a phrase is written
_WORD_ALIKE = 0.6
_FEWEST_SEEN = 2  # a word seen once may be a slip of the pen


@dataclass(frozen=True)
class Proposal:
    """Words `start` to `end` of what was heard may be `written`, which would be worth `gain` nats more."""

    start: int
    end: int
    written: str
    gain: float


class Bias:
    """What is likely in one window.

    Args:
        phrases: as they are to be written -> weight.
        pack: of the domain; None if there is none.
        letter_nats: bonus a letter of a phrase of weight 1.
        ngram_weight: share of the n-gram's ln p.
    """

    def __init__(
        self,
        phrases: Mapping[str, float],
        pack: Pack | None = None,
        *,
        letter_nats: float = NATS_A_LETTER,
        ngram_weight: float = NGRAM_WEIGHT,
    ) -> None:
        self._ngram: NGram | None = pack.ngram if pack else None
        self._ngram_weight = ngram_weight
        weights = {**(pack.phrases if pack else {}), **phrases}
        self._written = {plain_words(phrase): phrase for phrase in weights}
        self._nats = {
            tuple(plain_words(phrase).split()): weight * letter_nats * len(plain_words(phrase).replace(" ", ""))
            for phrase, weight in weights.items()
        }
        self._longest = max(map(len, self._nats), default=0)
        self._phrases = Alike(list(self._written))
        counts = self._ngram.unigrams if self._ngram else {}
        self._words = Alike([word for word, times in counts.items() if times >= _FEWEST_SEEN])

    def bonus(self, text: str) -> float:
        """What a text of plain words is worth, nats."""
        words = text.split()
        ngram = self._ngram_weight * self._ngram.gain(words) if self._ngram else 0.0
        return ngram + sum(self._found(words))

    def propose(self, heard: Sequence[str]) -> list[Proposal]:
        """What may have been said in place of words (plain; one may be several, `twenty five`), and is worth more."""
        now = self.bonus(" ".join(heard))
        found: list[Proposal] = []
        for entry, places in self._places(heard).items():
            for start, end in _apart(places):
                gain = self.bonus(" ".join((*heard[:start], entry, *heard[end:]))) - now
                if gain > 0:
                    found.append(Proposal(start, end, self._written.get(entry, entry), gain))
        return found

    def _places(self, heard: Sequence[str]) -> dict[str, list[tuple[float, int, int]]]:
        """Entry -> how alike it is to words from where to where."""
        places: dict[str, list[tuple[float, int, int]]] = {}
        for start in range(len(heard)):
            for end in range(start + 1, min(len(heard), start + _MOST_WORDS) + 1):
                for entry, alike in self._entries(" ".join(heard[start:end]), end - start):
                    places.setdefault(entry, []).append((alike, start, end))
        return places

    def _entries(self, heard: str, num_words: int) -> Iterator[tuple[str, float]]:
        if heard not in self._written:
            yield from self._phrases.find(heard, _ALIKE)
        if num_words <= _MOST_SPLIT:
            yield from self._words.find(heard, _WORD_ALIKE)

    def _found(self, words: Sequence[str]) -> Iterator[float]:
        """The bonus of each phrase in the words, the longest where they overlap."""
        at = 0
        while at < len(words):
            sizes = range(min(self._longest, len(words) - at), 0, -1)
            size = next((n for n in sizes if tuple(words[at : at + n]) in self._nats), 0)
            if size:
                yield self._nats[tuple(words[at : at + size])]
            at += max(1, size)


def _apart(places: Sequence[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """The places where an entry is most alike, none in another: of `cold`, `cold play` and `cold play and`, one."""
    kept: list[tuple[int, int]] = []
    for _, start, end in sorted(places, key=lambda place: -place[0]):
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end))
    return kept
