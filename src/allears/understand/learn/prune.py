"""A vocabulary small enough to ship: the pieces that training needs, those common anywhere, and every letter.

In: a big vocabulary in order of its numbers (BERT's: the commoner, the earlier), and the words of the training sets.
Out: the pieces to keep. Any word of their letters can still be written, in more pieces.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from allears.understand.pieces import CONTINUED, SPECIALS, WordPieces

__all__ = ["prune", "read_vocabulary"]

_UNUSED = "[unused"


def read_vocabulary(path: Path) -> list[str]:
    """The pieces of a Hugging Face `tokenizer.json`, in order of their numbers.

    Raises:
        ValueError: it is none of word pieces.
    """
    try:
        vocab: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        return sorted(vocab, key=lambda piece: vocab[piece])
    except (FileNotFoundError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no tokenizer.json of word pieces ({error!r}): give the one of a BERT") from error


def prune(full: Sequence[str], words: Iterable[str], size: int) -> list[str]:
    """At most `size` pieces: special ones, single letters, those the words use most, then the commonest of all.

    Args:
        full: the big vocabulary.
        words: of the training sets, as often as they occur.
        size: how many to keep.

    Raises:
        ValueError: `size` is too small for the letters alone.
    """
    pieces = WordPieces(full)
    used: Counter[str] = Counter()
    for word, count in Counter(words).items():
        for number in pieces.split([word]).numbers[1:-1]:
            used[full[number]] += count
    letters = [piece for piece in full if _is_letter(piece)]
    if size < len(SPECIALS) + len(letters):
        raise ValueError(f"a vocabulary of {size} has no room for {len(letters)} letters: give at least twice as many")
    wanted = [*SPECIALS, *letters, *(piece for piece, _ in used.most_common())]
    wanted += [piece for piece in full if not piece.startswith(_UNUSED)]
    kept = set(list(dict.fromkeys(wanted))[:size])
    return [*SPECIALS, *(piece for piece in full if piece in kept and piece not in SPECIALS)]


def _is_letter(piece: str) -> bool:
    """One letter, digit or mark of Latin script, at the start of a word or inside it."""
    letter = piece.removeprefix(CONTINUED)
    return len(letter) == 1 and ord(letter) < 0x250
