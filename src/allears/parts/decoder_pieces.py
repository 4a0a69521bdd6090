"""Pieces of words that are tokens of a text decoder, for a CTC head that begins as its end (`readout.py`).

In: a decoder's vocabulary and texts. Out: a `tokenizer.json` for `ctc: {pieces: ...}`. A word is cut into the longest
pieces first, as `decode/spelled.py` cuts what it looks for, and not by the decoder's own merges: the two agree on all
words that are one token.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from allears.decode.spelling import SPACE, cut_longest
from allears.texts import plain_words
from allears.vocabulary import Vocabulary

__all__ = ["choose_pieces", "write_pieces"]

log = logging.getLogger(__name__)

_UNKNOWN = "<unk>"
_RARE = 20_000  # a letter that not one in so many words has is left out


def choose_pieces(texts: Iterable[str], vocabulary: Vocabulary, *, least: int = 3) -> tuple[str, ...]:
    """The tokens that the texts are cut into at least `least` times, the most frequent first, and all their letters.

    Words with a letter that hardly any other has (of another script, say) are left out, and counted in the log.

    Raises:
        ValueError: no text.
    """
    words = Counter(SPACE + word for text in texts for word in plain_words(text).split())
    if not words:
        raise ValueError("no text to choose pieces by: give manifests whose clips have the field `text`")
    tokens = _plain(vocabulary, _usual_letters(words) | {SPACE})
    longest = max(map(len, tokens), default=1)
    counts: Counter[str] = Counter()
    num_left_out = 0
    for word, count in words.items():
        pieces = cut_longest(word, tokens, longest)
        num_left_out += pieces is None
        for piece in pieces or ():
            counts[piece] += count
    if num_left_out:
        log.warning("%d of %d words have a rare letter, or one without a token: left out", num_left_out, len(words))
    letters = {letter for piece in counts for letter in piece} - {SPACE}
    alone = sorted(token for letter in letters for token in (letter, SPACE + letter) if token in tokens)
    return tuple(dict.fromkeys([piece for piece, count in counts.most_common() if count >= least] + alone))


def _usual_letters(words: Mapping[str, int]) -> set[str]:
    """Those that more than one word in `_RARE` has."""
    counts: Counter[str] = Counter()
    num_words = sum(words.values())
    for word, count in words.items():
        for letter in set(word[1:]):
            counts[letter] += count
    return {letter for letter, count in counts.items() if count * _RARE > num_words}


def write_pieces(pieces: Sequence[str], path: str | Path) -> None:
    """Write the `tokenizer.json`, whole or not at all."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    vocab = {piece: number for number, piece in enumerate((*pieces, _UNKNOWN))}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token=_UNKNOWN, continuing_subword_prefix=""))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE)
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE)
    partial = Path(f"{path}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(partial))
    os.replace(partial, path)


def _plain(vocabulary: Vocabulary, letters: set[str]) -> frozenset[str]:
    """Tokens of those letters alone, a space only in front and never alone."""
    found = set()
    for number in range(len(vocabulary)):
        try:
            token = vocabulary.piece(number).decode().replace(" ", SPACE)
        except UnicodeDecodeError:  # part of a letter
            continue
        if token and token != SPACE and SPACE not in token[1:] and letters.issuperset(token):
            found.add(token)
    return frozenset(found)


def _texts(files: Sequence[str]) -> Iterator[str]:
    """`text` of the training lines of manifests, and of JSON lines without sound."""
    for file in files:
        for number, line in enumerate(Path(file).read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line) if line.strip() else {}
            except json.JSONDecodeError as error:
                raise ValueError(
                    f"{file}, line {number} is no JSON ({error}): give manifests, one object a line"
                ) from None
            if "text" in row and row.get("split", "train") == "train":
                yield str(row["text"])


def _main() -> None:
    from allears.parts.readout_start import vocabulary_of

    parser = argparse.ArgumentParser(prog="python -m allears.parts.decoder_pieces", description=__doc__)
    parser.add_argument("decoder", help="Whisper folder, or model folder with a text decoder")
    parser.add_argument("out", help="tokenizer.json to write")
    parser.add_argument("manifests", nargs="+", help="JSON lines with `text`: their training texts are cut")
    parser.add_argument("--least", type=int, default=3, help="how often a piece must be met (default: 3)")
    given = parser.parse_args()
    pieces = choose_pieces(_texts(given.manifests), vocabulary_of(given.decoder), least=given.least)
    write_pieces(pieces, given.out)
    print(f"{given.out}: {len(pieces)} pieces")


if __name__ == "__main__":
    _main()
