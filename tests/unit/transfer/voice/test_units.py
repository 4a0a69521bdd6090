"""Which items of a sentence share which stretch of sound."""

from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.voice.units import durations_of, units_of, words_of

FRAME_S = 0.0125


def test_stress_goes_with_what_follows_and_length_with_what_precedes() -> None:
    units = units_of("ˈiːt, ˌɐ.")
    assert [(unit.name, unit.first, unit.end) for unit in units] == [("iː", 1, 4), ("t", 4, 5), ("ɐ", 7, 9)]
    assert words_of(units) == (("iː", "t"), ("ɐ",))


def test_marks_alone_are_nothing() -> None:
    assert units_of(" ,. ˈ ː") == ()


def _durations(phones: str, spans: list[tuple[float, float]], num_frames: int) -> list[int]:
    found = durations_of(units_of(phones), np.array(spans), len(phones) + 2, num_frames, FRAME_S)
    assert found.sum() == num_frames and found.min() >= 1
    return found.tolist()


def test_every_frame_has_an_item() -> None:
    """0.1 s of silence, a 0.1 s, b 0.05 s, a pause of 0.1 s for comma and space, c 0.1 s, silence."""
    spans = [(0.1, 0.2), (0.2, 0.25), (0.35, 0.45)]
    assert _durations("ab, c", spans, 40) == [8, 8, 4, 4, 4, 8, 4]


def test_a_mark_without_a_pause_takes_a_frame_from_its_neighbour() -> None:
    assert _durations("a b", [(0.05, 0.1), (0.1, 0.15)], 16) == [4, 4, 1, 3, 4]
    assert _durations("a b.", [(0.05, 0.1), (0.1, 0.2)], 16) == [4, 4, 1, 5, 1, 1]


def test_the_items_of_a_unit_share_it() -> None:
    assert _durations("ˈiː", [(0.1, 0.2125)], 20) == [8, 3, 3, 3, 3]


def test_more_items_than_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="6 phones and marks in 5 frames"):
        durations_of(units_of("abcd"), np.zeros((4, 2)), 6, 5, FRAME_S)
