"""Text to Whisper's tokens, so that a text may be proposed to its decoder, or judged by it.

In: text and a vocabulary whose numbers are the ranks of its merges (OpenAI's tiktoken layout). Out: token numbers.
Source: byte pair encoding as tiktoken does it (Sennrich et al. 2016; Radford et al. 2019): the text is cut by GPT-2's
pattern, and in each piece the neighbours whose union has the lowest number are joined until none is left.
Ours differs: Python's `re` knows no `\\p{L}` and `\\p{N}`; letters are `[^\\W\\d_]` and digits `\\d`, which parts a few
letter-like numbers (2 and 3 written small, fractions) otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from allears.vocabulary import Vocabulary

__all__ = ["Tokenizer"]

_PIECE = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


class Tokenizer:
    """Text -> tokens. Safe to share among threads.

    Args:
        vocabulary: of the decoder.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str) -> list[int]:
        """Tokens of the whole text. What Whisper writes begins with a space."""
        return list(self.stream(text))

    def stream(self, text: str) -> Iterator[int]:
        """The tokens one after another: who needs but a few pays for a few.

        Raises:
            ValueError: a byte the vocabulary has no token for; Whisper's has all 256.
        """
        for found in _PIECE.finditer(text):
            yield from self._encode_piece(found.group())

    def _encode_piece(self, piece: str) -> tuple[int, ...]:
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = self._merge(piece.encode())
        return known

    def _merge(self, data: bytes) -> tuple[int, ...]:
        number, nowhere = self._vocabulary.number, len(self._vocabulary)
        parts = [data] if number(data) is not None else [data[i : i + 1] for i in range(len(data))]
        while len(parts) > 1:
            found = [number(a + b) for a, b in pairwise(parts)]
            ranks = [nowhere if rank is None else rank for rank in found]
            best = min(range(len(ranks)), key=ranks.__getitem__)
            if ranks[best] == nowhere:
                break
            parts[best : best + 2] = [parts[best] + parts[best + 1]]
        return tuple(self._number(part) for part in parts)

    def _number(self, piece: bytes) -> int:
        number = self._vocabulary.number(piece)
        if number is None:
            raise ValueError(
                f"the vocabulary has no token for {piece!r}, it has {len(self._vocabulary)}: use the vocabulary.txt of "
                "a Whisper model"
            )
        return number
