"""What a CTC task spells with: characters, or pieces of words that a tokenizer cuts, and tags that are one unit each.

In: text. Out: numbers of units, 1 and up (0 is CTC's blank). A space is the sign U+2581, alone or at the start of a
piece, so that a row of units is text again without knowing how it was cut.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from allears.decode.spelling import BLANK, SPACE, Speller
from allears.texts import plain_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Characters", "LongestPieces", "Pieces", "train_pieces"]

_UNKNOWN = "<unk>"


class Characters:
    """Letters of the training texts.

    Args:
        letters: texts or single letters; what `plain_words` leaves of them is used. A space is always there.

    Attributes:
        names: of the units, the blank first.
    """

    def __init__(self, letters: Iterable[str]) -> None:
        found = {c for text in letters for c in plain_words(text)} - {" "}
        if not found:
            raise ValueError(
                "no letter to spell with: give `units: {from_field: text, each: character}`, which takes those of the "
                "training texts"
            )
        self.names: tuple[str, ...] = (BLANK, SPACE, *sorted(found))
        self._index = {name: i for i, name in enumerate(self.names)}

    def encode(self, text: str) -> list[int] | None:
        """Numbers of the units of a text without case and punctuation; None if a letter is not among them."""
        numbers = [self._index.get(SPACE if c == " " else c) for c in text]
        return None if None in numbers else [n for n in numbers if n is not None]


class Pieces:
    """Pieces of words, of a `tokenizer.json` that `train_pieces` or `decoder_pieces.py` wrote.

    Args:
        path: of the file.

    Raises:
        ValueError: it cannot be read as one.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        try:
            model = json.loads(Path(path).read_text(encoding="utf-8"))["model"]
            vocab = model["vocab"]
            pieces = [piece for piece, _ in vocab] if isinstance(vocab, list) else sorted(vocab, key=vocab.__getitem__)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{path} is not a tokenizer.json of unigram or BPE pieces ({error!r}): write one with "
                "`python -m allears.parts.units MANIFEST OUT`"
            ) from error
        if pieces[-1] == _UNKNOWN:  # for the tokenizer alone: no unit that is ever said
            pieces = pieces[:-1]
        self.names: tuple[str, ...] = (BLANK, *pieces)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(self.path)

    def encode(self, text: str) -> list[int] | None:
        """Numbers of the pieces of a text without case and punctuation; None if a letter of it is in no piece."""
        numbers = [i + 1 for i in self._tokenizer.encode(text, add_special_tokens=False).ids]
        return None if any(n == len(self.names) or self.names[n] == _UNKNOWN for n in numbers) else numbers


class LongestPieces:
    """Pieces of words without a tokenizer: a word takes the longest first.

    Args:
        pieces: U+2581 in front of those that begin a word.

    Raises:
        ValueError: one is empty or there twice, or there is none.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        if not pieces or not all(pieces) or len(set(pieces)) < len(pieces):
            raise ValueError(f"{len(pieces)} pieces, {len(set(pieces))} different ones: give each once, and none empty")
        self.names: tuple[str, ...] = (BLANK, *pieces)
        self._speller = Speller(self.names)

    def encode(self, text: str) -> list[int] | None:
        """Numbers of the pieces of a text without case and punctuation; None if a letter of it is in no piece."""
        return self._speller.text(text)


def train_pieces(
    texts: Iterable[str], path: str | Path, *, size: int = 500, kind: Literal["unigram", "bpe"] = "unigram"
) -> tuple[str, ...]:
    """Cut texts into `size` pieces and write the `tokenizer.json`, whole or not at all. Returns the pieces.

    Sources: Kudo 2018 (unigram), Sennrich et al. 2016 (BPE).

    Raises:
        ValueError: no text.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    lines = [line for line in map(plain_words, texts) if line]
    if not lines:
        raise ValueError("no text to cut into pieces: give a manifest whose clips have the field `text`")
    if kind == "unigram":
        tokenizer = Tokenizer(models.Unigram())
        trainer: trainers.Trainer = trainers.UnigramTrainer(
            vocab_size=size, special_tokens=[_UNKNOWN], unk_token=_UNKNOWN, show_progress=False
        )
    else:
        tokenizer = Tokenizer(models.BPE(unk_token=_UNKNOWN))
        trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=[_UNKNOWN], show_progress=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE)
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE)
    tokenizer.train_from_iterator(lines, trainer)
    partial = Path(f"{path}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(partial))
    os.replace(partial, path)
    return Pieces(path).names[1:]


def _main(arguments: Sequence[str]) -> None:
    """`python -m allears.parts.units MANIFEST OUT [SIZE] [unigram|bpe]`: pieces of the manifest's training texts."""
    from allears.data.manifest import read_manifest

    if not 2 <= len(arguments) <= 4:
        raise SystemExit(_main.__doc__)
    manifest, out, size, kind = [*arguments, *("500", "unigram")[len(arguments) - 2 :]]
    if kind not in ("unigram", "bpe") or not size.isdigit():
        raise SystemExit(_main.__doc__)
    texts = [
        str(clip.labels["text"])
        for clip in read_manifest(manifest)
        if "text" in clip.labels and clip.split in (None, "train")
    ]
    pieces = train_pieces(texts, out, size=int(size), kind="bpe" if kind == "bpe" else "unigram")
    print(f"{out}: {len(pieces)} pieces of {len(texts)} texts")


if __name__ == "__main__":
    import sys

    _main(sys.argv[1:])
