"""Time and date."""

from __future__ import annotations

import pytest

from tests.unit.assistant.fakes import Talk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What time is it?", "It is 3:20 PM."), ("tell me the time please", "It is 3:20 PM."),
        ("what day is it today", "It is Wednesday, March 4, 2026."),
        ("what's the date", "It is Wednesday, March 4, 2026."),
    ],
)  # fmt: skip
def test_it_tells(text: str, said: str) -> None:
    assert Talk("clock")(text) == said
