"""Words that no dictionary has: the model's letter-to-sound network.

In: a word. Out: its phones. The network gives every letter a few slots with a phone or nothing in each, and equal
neighbours are one phone (connectionist temporal classification, Graves et al. 2006; id 0 is the blank).

Letters: N letters, K slots a letter, C phones of the alphabet.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime

from allears.runtime.onnx_file import onnx_errors
from allears.voice_spec import VoiceSpec

__all__ = ["MAX_LETTERS", "Speller"]

MAX_LETTERS = 50  # of one word; what is longer was not written to be read
_BLANK = 0


class Speller:
    """See the module.

    Args:
        net: `pronounce.onnx`.
        path: of it, for messages.
        spec: of the model.
    """

    def __init__(self, net: onnxruntime.InferenceSession, path: Path, spec: VoiceSpec) -> None:
        self._net, self._path, self._alphabet = net, path, spec.alphabet
        self._ids = {letter: number for number, letter in enumerate(spec.letters) if letter}
        self._dialects = {dialect: number for number, dialect in enumerate(spec.dialects)}
        self._read = lru_cache(maxsize=4096)(self._run)

    def phones(self, word: str, dialect: str) -> str:
        """Phones of a word; empty if it has no letter that the model knows.

        Raises:
            ValueError: it is too long.
        """
        ids = [self._ids[letter] for letter in self._known(word)]
        if len(ids) > MAX_LETTERS:
            raise ValueError(
                f"a word of {len(ids)} letters cannot be said ({word[:20]!r}...), up to {MAX_LETTERS} can: break it up"
            )
        return self._read(tuple(ids), dialect) if ids else ""

    def _known(self, word: str) -> list[str]:
        """Its letters that the model reads: as written, else in lower case, else without marks."""
        found = list[str]()
        for letter in unicodedata.normalize("NFC", word):
            forms = (letter, letter.lower(), *unicodedata.normalize("NFKD", letter.lower())[:2])
            found += [next((form for form in forms if form in self._ids), "")]
        return [letter for letter in found if letter]

    def _run(self, ids: tuple[int, ...], dialect: str) -> str:
        inputs = {"letters": np.array([ids], np.int64), "dialect": np.array([self._dialects[dialect]], np.int64)}
        with onnx_errors(self._path):
            (logits,) = self._net.run(["phones"], inputs)  # (1, N K, C)
        best = np.asarray(logits)[0].argmax(axis=-1)
        is_new = np.concatenate([[True], best[1:] != best[:-1]])
        return "".join(self._alphabet[number] for number in best[is_new & (best != _BLANK)])
