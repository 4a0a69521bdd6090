"""Specs say which version wrote them."""

from __future__ import annotations

import pytest

from allears.versioned import read_versioned


def test_the_fields_come_without_the_version() -> None:
    assert read_versioned('{"spec_version": 2, "name": "a"}', "a spec", 2) == {"name": "a"}
    assert read_versioned('{"format": 1}', "a spec", 2, key="format") == {}


def test_one_of_a_newer_allears_is_refused() -> None:
    with pytest.raises(ValueError, match="spec version 3, this allears reads up to 2: upgrade"):
        read_versioned('{"spec_version": 3}', "a spec", 2)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"spec_version": "x"}', "3"])
def test_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a spec of mine: .*export the model again"):
        read_versioned(text, "a spec of mine", 1)
