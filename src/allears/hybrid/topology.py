"""Words as states: three to a phone, one after the other, a pause of any length before, between and after them.

In: pronunciations and the phones that a model has. Out: a chain (`chain.py`) and whose state is whose.

Columns of the scores: 3 i + k is state k of phone i; then the pause; then the gap, which stands for a word without a
pronunciation and takes any sound. A pause may be left out. Source: Rabiner 1989, section IV.B, left-to-right models.

Letters: C columns, S states, W words, P phones of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.hybrid.chain import Chain
from allears.hybrid.lexicon import Pronunciation

__all__ = ["STATES", "Laid", "columns_of", "lay_out"]

STATES = 3  # a phone: it begins, it is, it ends
_NOBODY = -1


@dataclass(frozen=True, eq=False)
class Laid:
    """A text as states.

    Attributes:
        chain: of S states.
        words: (S,) number of the word; -1 in a pause.
        phones: (S,) running number of the phone in the text; -1 in a pause and in a gap.
        names: of those phones.
    """

    chain: Chain
    words: np.ndarray
    phones: np.ndarray
    names: tuple[str, ...]


def columns_of(said: Pronunciation, index: Mapping[str, int]) -> list[int]:
    """The columns of a pronunciation's states, in order."""
    return [STATES * index[phone] + state for phone in said for state in range(STATES)]


def lay_out(said: Sequence[Pronunciation | None], index: Mapping[str, int], stay: np.ndarray) -> Laid:
    """The chain of a text.

    Args:
        said: a pronunciation for each word; None for a gap.
        index: phone -> number.
        stay: (3 P + 1,) log-probability of another frame in each column.
    """
    pause = STATES * len(index)
    gap = pause + 1
    columns, words, phones, names = [pause], [_NOBODY], [_NOBODY], list[str]()
    for number, one in enumerate(said):
        own = [gap] if one is None else columns_of(one, index)
        first = len(names)
        columns += [*own, pause]
        words += [number] * len(own) + [_NOBODY]
        phones += [_NOBODY if one is None else first + i // STATES for i in range(len(own))] + [_NOBODY]
        names += one or ()
    numbers = np.array(columns)
    stays = np.append(stay, 0.0)[numbers]
    moves = np.append(np.log1p(-np.exp(np.minimum(stay, -1e-6))), 0.0)[numbers]
    return Laid(Chain(numbers, stays, moves, numbers == pause), np.array(words), np.array(phones), tuple(names))
