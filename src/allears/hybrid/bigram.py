"""How likely a word is after the one before it: read from an ARPA file, or counted from sentences.

In: a file, or sentences of plain words. Out: a matrix of ln p over the words that are asked about.
ARPA: `\\1-grams:` and `\\2-grams:` with log10 p, words, and the log10 weight of backing off (Katz 1987):
    p(w | h) = p2(h w) if it is listed, else backoff(h) p1(w)
Counting is that of `biasing/ngram.py` (interpolated Witten-Bell), with the end of a sentence as a word.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from allears.biasing.ngram import NGram
from allears.texts import plain_words

__all__ = ["Bigram"]

log = logging.getLogger(__name__)

_START, _END = "<s>", "</s>"
_UNKNOWN = ("<unk>", "<UNK>")
_LN10 = math.log(10.0)


class Bigram:
    """See the module.

    Args:
        logprob: ln p(word | word before); the word before is `<s>` at the start, the word `</s>` at the end.
        words: that it lists, or None if it goes for any.
    """

    def __init__(self, logprob: Callable[[str, str], float], words: Sequence[str] | None = None) -> None:
        self._logprob, self.words = logprob, None if words is None else tuple(words)

    def matrix(self, words: Sequence[str]) -> np.ndarray:
        """ln p, (N + 1, N + 1) for N words: row 0 is the start, row i + 1 follows word i; the last column is the end.

        Words that are not listed have what the model says of unknown ones, which may be -inf: they never come.
        """
        rows, columns = [_START, *words], [*words, _END]
        return np.array([[self._logprob(after, before) for after in columns] for before in rows], np.float32)

    @classmethod
    def loop(cls, num_words: int) -> Bigram:
        """Any word after any other, all alike."""
        alike = -math.log(num_words + 1)
        return cls(lambda word, before: -math.inf if (before, word) == (_START, _END) else alike)

    @classmethod
    def one_word(cls, num_words: int) -> Bigram:
        """One word, all alike, and the end."""
        alike = -math.log(num_words)
        return cls(lambda word, before: (alike if word != _END else -math.inf) if before == _START
                   else (0.0 if word == _END else -math.inf))  # fmt: skip

    @classmethod
    def count(cls, sentences: Iterable[Sequence[str]]) -> Bigram:
        """Of sentences of plain words.

        Raises:
            ValueError: there are none.
        """
        given = [tuple(words) for words in sentences if words]
        if not given:
            raise ValueError("no sentence to count: give a text file with a sentence a line")
        model = NGram.count(([*words, _END] for words in given), order=2)
        names = sorted({word for words in given for word in words})
        return cls(lambda word, before: model.logprob(word, () if before == _START else (before,)), names)

    @classmethod
    def read(cls, path: str | Path) -> Bigram:
        """An ARPA file, or a text file with a sentence a line.

        Raises:
            ValueError: neither.
        """
        return cls.parse(Path(path).read_text(encoding="utf-8"), str(path))

    @classmethod
    def parse(cls, text: str, name: str = "the bigram") -> Bigram:
        """The text of such a file; `name` is for messages."""
        lines = [line.strip() for line in text.splitlines()]
        if "\\data\\" in lines:
            return cls._read_arpa(lines, name)
        return cls.count(plain_words(line).split() for line in lines)

    @classmethod
    def _read_arpa(cls, lines: Sequence[str], name: str) -> Bigram:
        """Orders above 2 are not used, and that is said."""
        grams: dict[int, dict[tuple[str, ...], tuple[float, float]]] = {1: {}, 2: {}}
        order = 0
        for number, line in enumerate(lines, start=1):
            if line.startswith("\\") and line.endswith("-grams:"):
                order = int(line[1:-7])
                if order > 2:
                    log.warning("%s: the %d-grams are not used, a bigram is", name, order)
            elif line and not line.startswith("\\") and order in grams:
                fields = line.split()
                if len(fields) < order + 1:
                    raise ValueError(f"{name}:{number}: a {order}-gram needs log10 p and {order} words, got {line!r}")
                backoff = float(fields[order + 1]) if len(fields) > order + 1 else 0.0
                key = tuple(_plain(word) for word in fields[1 : order + 1])
                grams[order][key] = (float(fields[0]) * _LN10, backoff * _LN10)
        if not grams[1]:
            raise ValueError(f"{name} has no 1-grams: give an ARPA file of order 2, or a text file")
        return cls(_katz(grams[1], grams[2]), [w for (w,) in grams[1] if w not in (_START, _END, *_UNKNOWN)])


def _plain(word: str) -> str:
    return word if word in (_START, _END, *_UNKNOWN) else plain_words(word)


def _katz(
    singles: dict[tuple[str, ...], tuple[float, float]], pairs: dict[tuple[str, ...], tuple[float, float]]
) -> Callable[[str, str], float]:
    unknown = next((singles[one,][0] for one in _UNKNOWN if (one,) in singles), -math.inf)

    def logprob(word: str, before: str) -> float:
        if (before, word) in pairs:
            return pairs[before, word][0]
        return singles.get((before,), (0.0, 0.0))[1] + singles.get((word,), (unknown, 0.0))[0]

    return logprob
