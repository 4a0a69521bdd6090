from __future__ import annotations

import numpy as np
import pytest

from allears.meeting.links import links, usual_of_links
from allears.meeting.local import later
from tests.unit.meeting.made import voice, windows_of

TURNS = [(0.0, 6.0, 0), (6.0, 9.0, 1), (9.5, 14.0, 0), (14.0, 19.5, 1), (20.0, 30.0, 0)]


def test_speakers_who_talk_at_the_same_time_are_one() -> None:
    windows = windows_of(TURNS, 30.0, spread=0.0)
    linked = links(windows)
    pairs = [(w, s, n) for w, row in enumerate(linked) for s, n in enumerate(row) if n >= 0]
    assert len(pairs) >= len(windows)
    for number, who, other in pairs:
        one, two = windows[number].vectors[who], windows[number + 1].vectors[other]
        assert not one.any() or not two.any() or one @ two == pytest.approx(1.0, abs=1e-5)


def test_windows_that_share_no_time_are_not_linked() -> None:
    windows = windows_of(TURNS, 10.0)
    assert (links([*windows, *(later(window, 10.0) for window in windows)]) == -1).all()


def test_the_usual_likeness_is_that_of_one_person_at_different_times() -> None:
    windows = windows_of([(0.0, 60.0, 0)], 60.0, spread=0.7)
    vectors = np.stack([window.vectors for window in windows])
    found = usual_of_links(windows, links(windows), vectors)
    assert found == pytest.approx(1 / 1.49, abs=0.08)
    assert usual_of_links(windows[:3], links(windows[:3]), vectors[:3]) == 0.6
    assert voice(0) @ voice(1) < 0.3
