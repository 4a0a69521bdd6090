"""Comparing texts: Whisper's English normaliser, word errors by kind, and repeated text.

Source: Radford et al. 2022, appendix C (normaliser, as packaged in `whisper-normalizer`); compression ratio 2.4 is
Whisper's own threshold for "I repeat myself".
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["WordErrors", "align", "in_a_row", "is_repeated", "normaliser", "pooled_wer"]

MAX_COMPRESSION = 2.4
MAX_NGRAM = 5  # words
MAX_TIMES = 3  # the same words this often in a row, where the reference has them less often


@dataclass(frozen=True)
class WordErrors:
    """Errors of one clip, in words."""

    substitutions: int
    deletions: int
    insertions: int
    words: int

    @property
    def total(self) -> int:
        return self.substitutions + self.deletions + self.insertions


def normaliser() -> Callable[[str], list[str]]:
    """Text -> words as WER counts them.

    Raises:
        ValueError: `whisper-normalizer` is not installed.
    """
    try:
        from whisper_normalizer.english import EnglishTextNormalizer
    except ImportError as error:
        raise ValueError("Whisper's normaliser is missing: pip install -r benchmarks/requirements.txt") from error
    normalise = EnglishTextNormalizer()
    return lambda text: normalise(text).split()


def align(reference: Sequence[str], heard: Sequence[str]) -> WordErrors:
    """Fewest edits from reference to what was heard; of equally few, those with most substitutions."""
    rows, columns = len(reference) + 1, len(heard) + 1
    cost = np.zeros((rows, columns), dtype=int)
    cost[:, 0], cost[0, :] = np.arange(rows), np.arange(columns)
    for i in range(1, rows):
        for j in range(1, columns):
            replace = cost[i - 1, j - 1] + (reference[i - 1] != heard[j - 1])
            cost[i, j] = min(replace, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    return _trace(cost, reference, heard)


def _trace(cost: np.ndarray, reference: Sequence[str], heard: Sequence[str]) -> WordErrors:
    i, j = len(reference), len(heard)
    substitutions = deletions = insertions = 0
    while i or j:
        differs = bool(i and j and reference[i - 1] != heard[j - 1])
        if i and j and cost[i, j] == cost[i - 1, j - 1] + differs:
            substitutions += differs
            i, j = i - 1, j - 1
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            deletions, i = deletions + 1, i - 1
        else:
            insertions, j = insertions + 1, j - 1
    return WordErrors(substitutions, deletions, insertions, len(reference))


def pooled_wer(errors: Sequence[WordErrors], weights: np.ndarray) -> float:
    """Errors over words, clip i counted `weights[i]` times."""
    wrong = np.array([e.total for e in errors]) @ weights
    return float(wrong / max(1, np.array([e.words for e in errors]) @ weights))


def is_repeated(heard: str, heard_words: Sequence[str], reference_words: Sequence[str]) -> bool:
    """Whether the text loops: it compresses too well, or words repeat in a row more often than in the reference."""
    data = heard.encode()
    if data and len(data) / len(zlib.compress(data)) > MAX_COMPRESSION:
        return True
    times = in_a_row(heard_words)[1]
    return times >= MAX_TIMES and times > in_a_row(reference_words)[1]


def in_a_row(words: Sequence[str]) -> tuple[str, int]:
    """The words that come most often in a row, and how often; n-grams of up to `MAX_NGRAM` words."""
    most = ("", 0)
    for size in range(1, MAX_NGRAM + 1):
        for start in range(len(words) - size + 1):
            times = 1
            while words[start + times * size : start + (times + 1) * size] == words[start : start + size]:
                times += 1
            if times > most[1]:
                most = (" ".join(words[start : start + size]), times)
    return most
