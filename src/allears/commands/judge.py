"""Who is asked how likely sentences are beside the CTC head: what a text decoder that has heard the clip can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["ATTENTION", "Judge"]

ATTENTION = 0.7  # the judge's share in the score of a sentence; the CTC head has the rest


class Judge(Protocol):
    """See `allears/runtime/judging.py`."""

    @property
    def text(self) -> str:
        """What it writes without a grammar; empty if nothing."""
        ...

    def score(self, texts: Sequence[str]) -> Sequence[float]:
        """ln p(text | audio) of each text."""
        ...
