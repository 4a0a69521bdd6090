"""Pieces of words that are tokens of a text decoder, for a CTC head that begins as its end (`readout.py`).

In: a decoder's vocabulary and texts. Out: a `tokenizer.json` for `ctc: {pieces: ...}`. A word is cut into the longest
pieces first, as `decode/spelled.py` cuts what it looks for, and not by the decoder's own merges: the two agree on all
words that are one token. A word with a token in no other form than with a capital ("Margaret") is that piece, in small
letters.

Words that are one token can be pieces without being in the texts: the head starts with the decoder's embedding of them,
and a word that it would have to spell from parts, as the decoder never does, it does not find at all.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from allears.decode.spelling import SPACE, cut_longest
from allears.texts import plain_words
from allears.vocabulary import Vocabulary

__all__ = ["choose_pieces", "write_pieces"]

log = logging.getLogger(__name__)

_UNKNOWN = "<unk>"
_SHOWN = 60  # letters of a line that is wrong
_RARE = 20_000  # a letter that not one in so many words has is left out


def choose_pieces(
    texts: Iterable[str], vocabulary: Vocabulary, *, least: int = 3, words: Iterable[str] = ()
) -> tuple[str, ...]:
    """The tokens that the texts are cut into at least `least` times, the most frequent first, and all their letters.

    Then those of `words` that are one token. Words with a letter that hardly any other has (of another script, say) are
    left out, and counted in the log.

    Raises:
        ValueError: no text.
    """
    said = Counter(SPACE + word for text in texts for word in plain_words(text).split())
    if not said:
        raise ValueError("no text to choose pieces by: give manifests whose clips have the field `text`")
    tokens = _plain(vocabulary, _usual_letters(said) | {SPACE})
    longest = max(map(len, tokens), default=1)
    counts: Counter[str] = Counter()
    num_left_out = 0
    for word, count in said.items():
        pieces = cut_longest(word, tokens, longest)
        num_left_out += pieces is None
        for piece in pieces or ():
            counts[piece] += count
    if num_left_out:
        log.warning("%d of %d words have a rare letter, or one without a token: left out", num_left_out, len(said))
    letters = {letter for piece in counts for letter in piece} - {SPACE}
    alone = sorted(token for letter in letters for token in (letter, SPACE + letter) if token in tokens)
    often = [piece for piece, count in counts.most_common() if count >= least]
    whole = sorted({SPACE + word for text in words for word in plain_words(text).split()} & tokens)
    return tuple(dict.fromkeys(often + alone + whole))


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
    """Tokens of those letters alone, a space only in front and never alone; capitals after a space made small."""
    found = set()
    for number in range(len(vocabulary)):
        try:
            token = vocabulary.piece(number).decode().replace(" ", SPACE)
        except UnicodeDecodeError:  # part of a letter
            continue
        if token[:1] == SPACE and token[1:].istitle():
            token = token.lower()
        if token and token != SPACE and SPACE not in token[1:] and letters.issuperset(token):
            found.add(token)
    return frozenset(found)


def _texts(files: Sequence[str]) -> Iterator[str]:
    """`text` of the training lines of manifests, and of JSON lines without sound."""
    for file in files:
        for number, line in enumerate(Path(file).read_text(encoding="utf-8").splitlines(), start=1):
            row = _row(line, f"{file}, line {number}") if line.strip() else {}
            if "text" in row and row.get("split", "train") == "train":
                yield str(row["text"])


def _first_words(path: Path) -> list[str]:
    """Of each line; other ways to say a word, as in `read(2)`, are the same word."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split()[0].partition("(")[0] for line in lines if line.strip()]


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{where} is no JSON ({error}): give manifests, one object a line") from None
    if not isinstance(row, dict):
        raise ValueError(f"{where} is {line.strip()[:_SHOWN]}, no object: give manifests, one object a line")
    return row


def _main() -> None:
    from allears.parts.readout_start import vocabulary_of

    parser = argparse.ArgumentParser(prog="python -m allears.parts.decoder_pieces", description=__doc__)
    parser.add_argument("decoder", help="Whisper folder, or model folder with a text decoder")
    parser.add_argument("out", help="tokenizer.json to write")
    parser.add_argument("manifests", nargs="+", help="JSON lines with `text`: their training texts are cut")
    parser.add_argument("--least", type=int, default=3, help="how often a piece must be met (default: 3)")
    parser.add_argument("--words", type=Path, help="list of words (the first of a line counts) to have, if one token")
    given = parser.parse_args()
    vocabulary = vocabulary_of(given.decoder)
    words = _first_words(given.words) if given.words else []
    pieces = choose_pieces(_texts(given.manifests), vocabulary, least=given.least, words=words)
    write_pieces(pieces, given.out)
    print(f"{given.out}: {len(pieces)} pieces")


if __name__ == "__main__":
    _main()
