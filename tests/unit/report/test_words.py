"""Numbers as people say them."""

from __future__ import annotations

import pytest

from allears.report.words import listed, number, percent, plural, spent


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(0.873149), "0.8731"),
        (number(12345.6), "12,346"),
        (percent(0.0312), "+3.1 %"),
        (percent(-0.25), "−25.0 %"),
        (spent(42), "42 s"),
        (spent(720), "12 min"),
        (spent(12_240), "3.4 h"),
        (listed([]), ""),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (plural(1, "seed"), "1 seed"),
        (plural(3, "seed"), "3 seeds"),
    ],
)
def test_words(said: str, expected: str) -> None:
    assert said == expected
