"""How good translations are, over a data set: BLEU and chrF, counted by sacrebleu.

In: what was written and what should have been, clip by clip. Out: 0 to 100 over the whole set.
Sources: Papineni et al. 2002 (BLEU), Popovic 2015 (chrF), Post 2018 (one tokenisation, `13a`, so that numbers compare).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

__all__ = ["Bleu", "ChrF"]


class _Corpus:
    """Collects the texts; clips in which nothing is said are left out."""

    higher_is_better = True

    def __init__(self, read: Callable[[Any, Any], Sequence[str]]) -> None:
        self.read = read
        self.said: list[str] = []
        self.true: list[str] = []

    def update(self, output: Any, target: Any, num_frames: Tensor) -> None:
        for written, text in zip(self.read(output, target), target.texts, strict=True):
            if text.strip():
                self.said.append(written.strip())
                self.true.append(text.strip())


class Bleu(_Corpus):
    """Corpus BLEU of words, with case and punctuation."""

    name = "bleu"

    def compute(self) -> float | None:
        from sacrebleu.metrics.bleu import BLEU

        return float(BLEU().corpus_score(self.said, [self.true]).score) if self.true else None


class ChrF(_Corpus):
    """Character F-score: finds what BLEU misses in short texts and in languages of long words."""

    name = "chrf"

    def compute(self) -> float | None:
        from sacrebleu.metrics.chrf import CHRF

        return float(CHRF().corpus_score(self.said, [self.true]).score) if self.true else None
