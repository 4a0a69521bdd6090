from __future__ import annotations

import pytest

from allears.understand.f1 import SpanCounts
from allears.understand.tags import spans_of


def test_nothing_said_and_nothing_true_is_no_number() -> None:
    counts = SpanCounts()
    counts.add([], [])
    assert counts.f1 is None


def test_a_value_counts_whole_or_not_at_all() -> None:
    """Of CoNLL's own sort: one right, one with a wrong end, one of another name, one missed."""
    counts = SpanCounts()
    said = ["B-a", "I-a", "O", "B-b", "O", "B-c", "O", "O"]
    true = ["B-a", "I-a", "O", "B-b", "I-b", "B-d", "O", "B-a"]
    counts.add(spans_of(said), spans_of(true))
    assert (counts.num_right, counts.num_said, counts.num_true) == (1, 3, 4)
    assert counts.f1 == pytest.approx(2 * (1 / 3) * (1 / 4) / (1 / 3 + 1 / 4))


def test_equal_values_of_a_sentence_count_each() -> None:
    """Two were true and three said: two right, and one too many."""
    counts = SpanCounts()
    counts.add([("day", "friday")] * 3, [("day", "friday")] * 2)
    assert (counts.num_right, counts.num_said, counts.num_true) == (2, 3, 2)
