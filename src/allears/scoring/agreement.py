"""How alike two answers to the same clip are, from 0 to 1: what a change of the model did, where no label says more.

In: two answers of one task. Out: a share. Texts: words that stay; choices: the same or not; voices: cosine; spans:
frames on the same side of one half; sound: correlation of the samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from allears.decode.answers import Audio, Choice, Embedding, Spans, Transcript
from allears.scoring.rates import text_error
from allears.texts import plain_words

__all__ = ["agreement"]

_TINY = 1e-9


def agreement(before: Any, after: Any) -> float | None:
    """The share of an answer that stayed; None for kinds of answers that nobody knows how to compare."""
    if type(before) is not type(after):
        return 0.0
    if isinstance(before, Transcript):
        return _texts(plain_words(before.text), plain_words(after.text))
    if isinstance(before, Choice):
        return float(before.label == after.label)
    if isinstance(before, Embedding):
        return _cosine(before.vector, after.vector)
    if isinstance(before, Spans):
        length = min(len(before.probabilities), len(after.probabilities))
        same = (before.probabilities[:length] > 0.5) == (after.probabilities[:length] > 0.5)
        return float(same.mean()) if length else None
    if isinstance(before, Audio):
        return _cosine(before.samples, after.samples)
    return None


def _texts(before: str, after: str) -> float:
    if not before:
        return float(not after)
    return max(0.0, 1.0 - (text_error([before], [after], "wer") or 0.0))


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    one, other = one[:length].astype(np.float64), other[:length].astype(np.float64)
    return float(one @ other / max(_TINY, float(np.linalg.norm(one) * np.linalg.norm(other))))
