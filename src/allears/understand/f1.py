"""How many values were found: precision, recall and F1 over whole stretches, as the script conlleval counts.

In: stretches said and stretches true, a sentence at a time. Out: running counts. A value is right if its name and both
its ends are. F1 = 2 P R / (P + R) = 2 right / (said + true). Source: Tjong Kim Sang & Buchholz 2000.
"""

from __future__ import annotations

from collections.abc import Sequence

from allears.understand.tags import Stretch

__all__ = ["SpanCounts"]


class SpanCounts:
    """Attributes: `num_right`, `num_said`, `num_true` values so far."""

    def __init__(self) -> None:
        self.num_right = self.num_said = self.num_true = 0

    def add(self, said: Sequence[Stretch], true: Sequence[Stretch]) -> None:
        """Take in a sentence."""
        self.num_right += len(set(said) & set(true))
        self.num_said += len(said)
        self.num_true += len(true)

    @property
    def f1(self) -> float | None:
        """None if there was no value, neither said nor true."""
        total = self.num_said + self.num_true
        return 2 * self.num_right / total if total else None
