"""A `tokenizer.json` for a model that has only its `vocabulary.txt`: training needs to cut texts into tokens.

In: the vocabulary file, whose numbers are the ranks of its merges. Out: the file that the library `tokenizers` reads,
with the merges written out: of each token, the two that it was last joined from when only lower ranks may be used.
Source: Sennrich et al. 2016 (byte pair encoding); Radford et al. 2019 (of bytes).
"""

from __future__ import annotations

import logging
import os
from itertools import pairwise
from pathlib import Path

from allears.vocabulary import Vocabulary, byte_of_letter

__all__ = ["write_tokenizer"]

log = logging.getLogger(__name__)


def write_tokenizer(vocabulary: Path, out: Path) -> Path:
    """Write `out`, whole or not at all. Returns it. Tokens that no two others make are counted in the log."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    words = Vocabulary.load(vocabulary)
    letter = {byte: letter for letter, byte in byte_of_letter().items()}
    pieces = [words.piece(number) for number in range(len(words))]
    ranks = {piece: number for number, piece in enumerate(pieces)}
    texts = ["".join(letter[byte] for byte in piece) for piece in pieces]
    merges, num_unreached = [], 0
    for number, piece in enumerate(pieces):
        pair = _joined_from(piece, number, ranks) if len(piece) > 1 else None
        if pair is not None:
            merges.append((texts[pair[0]], texts[pair[1]]))
        num_unreached += len(piece) > 1 and pair is None
    if num_unreached:
        log.warning(
            "%s: no two tokens make %d of its %d: no text is cut into those", vocabulary, num_unreached, len(words)
        )
    tokenizer = Tokenizer(models.BPE(vocab={text: i for i, text in enumerate(texts)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    tokenizer.save(str(partial))
    os.replace(partial, out)
    return out


def _joined_from(piece: bytes, rank: int, ranks: dict[bytes, int]) -> tuple[int, int] | None:
    """The two tokens of a token; None if there are none."""
    parts = [piece[i : i + 1] for i in range(len(piece))]
    while len(parts) > 2:
        found = [ranks.get(a + b, rank) for a, b in pairwise(parts)]
        best = min(range(len(found)), key=found.__getitem__)
        if found[best] >= rank:
            break
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    if len(parts) != 2 or not all(part in ranks for part in parts):
        return None
    return ranks[parts[0]], ranks[parts[1]]
