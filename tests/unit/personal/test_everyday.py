"""Everyday words are known as such."""

import pytest

from allears.personal.everyday import is_everyday


@pytest.mark.parametrize(
    ("text", "is_so"), [("And", True), ("turn on the light!", True), ("turn on the szabó", False), ("szabo", False)]
)
def test_everyday_words(text: str, is_so: bool) -> None:
    assert is_everyday(text) is is_so
