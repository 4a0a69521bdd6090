"""How many values were found: precision, recall and F1 over whole stretches, as the script conlleval counts.

In: values said and values true, a sentence at a time: stretches of words (`tags.py`) where both are of one text, pairs
of name and words where what was heard is a text of its own. Out: running counts. A value is right if its name and both
its ends, or all its words, are. F1 = 2 P R / (P + R) = 2 right / (said + true). Source: Tjong Kim Sang & Buchholz 2000.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

__all__ = ["SpanCounts"]


class SpanCounts:
    """Attributes: `num_right`, `num_said`, `num_true` values so far."""

    def __init__(self) -> None:
        self.num_right = self.num_said = self.num_true = 0

    def add(self, said: Iterable[Hashable], true: Iterable[Hashable]) -> None:
        """Take in a sentence; of equal values each counts."""
        found, wanted = Counter(said), Counter(true)
        self.num_right += (found & wanted).total()
        self.num_said += found.total()
        self.num_true += wanted.total()

    @property
    def f1(self) -> float | None:
        """None if there was no value, neither said nor true."""
        total = self.num_said + self.num_true
        return 2 * self.num_right / total if total else None
