"""Values of a text: where they stand, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from allears.data.slot_values import places_of, values_of

TEXT = "Fly to New York on Friday."


@pytest.mark.parametrize(
    ("slots", "places"),
    [
        ({"city": "new york"}, [("city", 7, 15)]),
        ([{"slot": "day", "start": 19, "end": 25}], [("day", 19, 25)]),
        ([{"slot": "day", "value": "Friday", "start": 19}], [("day", 19, 25)]),
        ([{"slot": "day", "value": "Monday"}], [("day", -1, -1)]),
        ({"way": "y"}, [("way", 2, 3)]),  # no word of its own: the first place
        ({}, []),
    ],
)
def test_places(slots: Any, places: list[tuple[str, int, int]]) -> None:
    assert list(places_of(TEXT, slots)) == places


def test_values_are_plain_words_of_the_text_or_of_the_label() -> None:
    slots = [
        {"slot": "city", "value": "NYC", "start": 7, "end": 15},
        {"slot": "day", "value": "Monday!"},
        {"slot": "way", "value": "?"},
    ]
    assert list(values_of(TEXT, slots)) == [("city", "new york"), ("day", "monday")]


@pytest.mark.parametrize("slots", ["city", [{"name": "city"}], [3], 7])
def test_what_is_no_list_of_slots_is_told(slots: Any) -> None:
    with pytest.raises(ValueError, match="give an object, slot -> value, or a list of objects"):
        list(values_of(TEXT, slots))
