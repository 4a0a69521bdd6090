"""How many words or letters are wrong, over a data set. Counted by jiwer.

In: what was written and what was said, clip by clip. Out: (substitutions + deletions + insertions) / said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import jiwer
from torch import Tensor

from allears.texts import plain_words

__all__ = ["ErrorRate"]

_RATES: dict[str, Callable[[list[str], list[str]], float]] = {"wer": jiwer.wer, "cer": jiwer.cer}


class ErrorRate:
    """Word (`wer`) or character (`cer`) error rate, lower case without punctuation.

    Args:
        name: which.
        read: (output of the head, target) -> what was written in each clip.

    Clips in which nothing is said are left out: a rate of nothing is no number.
    """

    higher_is_better = False

    def __init__(self, name: Literal["wer", "cer"], read: Callable[[Any, Any], Sequence[str]]) -> None:
        self.name: str = name
        self.read = read
        self.said: list[str] = []
        self.true: list[str] = []

    def update(self, output: Any, target: Any, num_frames: Tensor) -> None:
        for written, text in zip(self.read(output, target), target.texts, strict=True):
            if plain_words(text):
                self.said.append(plain_words(written))
                self.true.append(plain_words(text))

    def compute(self) -> float | None:
        return float(_RATES[self.name](self.true, self.said)) if self.true else None
