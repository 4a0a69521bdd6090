"""CTC's greedy reading: scores a frame become units with times, and units become words.

In: logits a frame. Out: runs of units: a unit is said once until another or the blank is likelier (Graves et al. 2006,
best path decoding). Not a decode kind: `ctc` and `slots` are put together from it.

Letters: T frames, C units (the blank is number 0), N units said.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from allears.decode.answers import Word

__all__ = [
    "BLANK",
    "SPACE",
    "Said",
    "Speller",
    "cut_longest",
    "join",
    "read_best_path",
    "speller_of",
    "unfold",
    "words_of",
]

BLANK = ""  # name of unit 0
SPACE = "\u2581"  # as SentencePiece writes it: part of a unit's name where a word begins


@dataclass(frozen=True)
class Said:
    """A unit, when it was likeliest, and the mean log-probability it had there."""

    unit: int
    start_s: float
    end_s: float
    logprob: float


class Speller:
    """Plain words (`allears/texts.py`) as units of a head, letters or pieces of words, the longest piece first.

    Args:
        names: of the units, the blank first.

    Attributes:
        index: name -> number.
        has_pieces: whether the start of a word is part of a unit's name.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.index = {name: number for number, name in enumerate(names) if name}
        self.has_pieces = any(name.startswith(SPACE) and name != SPACE for name in names)
        self._longest = max(map(len, names), default=0)

    def word(self, word: str) -> list[int] | None:
        """Units of a word, without a space alone in front; None if there is a letter without one."""
        cut = cut_longest((SPACE if self.has_pieces else "") + word, self.index, self._longest)
        return None if cut is None else [self.index[piece] for piece in cut]

    def text(self, text: str) -> list[int] | None:
        """Units of words with one space between them; None if there is a letter without one."""
        found: list[int] = []
        for word in text.split():
            units = self.word(word)
            if units is None or (found and not self.has_pieces and SPACE not in self.index):
                return None
            found += units if self.has_pieces or not found else [self.index[SPACE], *units]
        return found


@lru_cache(maxsize=8)
def speller_of(names: tuple[str, ...]) -> Speller:
    """The speller of a head, which is the same for every window."""
    return Speller(names)


def unfold(output: np.ndarray, num_units: int) -> np.ndarray:
    """(T, f * C) -> (f * T, C): a head may spell f times a frame.

    Raises:
        ValueError: a width that is no multiple of the number of units.
    """
    if output.shape[-1] % num_units:
        raise ValueError(f"the head gives {output.shape[-1]} outputs for {num_units} units: export the model again")
    return output.reshape(-1, num_units)


def read_best_path(logits: np.ndarray, frame_s: float, start_s: float = 0.0) -> list[Said]:
    """The units of (T, C) logits whose frames are `frame_s` seconds long and begin at `start_s`."""
    if not len(logits):
        return []
    best = logits.argmax(axis=1)
    spikes = np.flatnonzero(best)  # nobody asks how sure a blank is, and heads of pieces have thousands of units
    shifted = logits[spikes] - logits[spikes, best[spikes], None]
    logprobs = np.zeros(len(best))
    logprobs[spikes] = -np.log(np.exp(shifted).sum(axis=1))  # of the likeliest unit: its shifted logit is 0
    firsts = np.flatnonzero(np.diff(best, prepend=-1))
    stops = np.append(firsts[1:], len(best))
    return [
        Said(int(best[a]), start_s + float(a) * frame_s, start_s + float(b) * frame_s, float(logprobs[a:b].mean()))
        for a, b in zip(firsts, stops, strict=True)
        if best[a] != 0
    ]


def cut_longest(word: str, pieces: Container[str], longest: int) -> list[str] | None:
    """A word as pieces, the longest first; None if there is a letter without one.

    Args:
        word: with SPACE in front where pieces have it.
        pieces: to cut it into.
        longest: letters of the longest of them.
    """
    found, left = [], word
    while left:
        size = next((n for n in range(min(longest, len(left)), 0, -1) if left[:n] in pieces), 0)
        if not size:
            return None
        found.append(left[:size])
        left = left[size:]
    return found


def join(said: Sequence[Said], names: Sequence[str]) -> str:
    """Text of the units: words with one space between them."""
    return " ".join("".join(names[one.unit] for one in said).replace(SPACE, " ").split())


def words_of(said: Sequence[Said], names: Sequence[str]) -> tuple[Word, ...]:
    """The words of the units, each from its first letter to its last; sure as the mean of its units' logarithms is."""
    groups: list[list[Said]] = []
    for one in said:
        if names[one.unit].startswith(SPACE) or not groups:
            groups.append([])
        if names[one.unit] != SPACE:
            groups[-1].append(one)
    return tuple(
        Word(
            join(group, names),
            round(group[0].start_s, 3),
            round(group[-1].end_s, 3),
            float(np.exp(np.mean([one.logprob for one in group]))),
        )
        for group in groups
        if group
    )
