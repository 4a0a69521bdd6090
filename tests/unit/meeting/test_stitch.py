from __future__ import annotations

import numpy as np
import pytest

from allears.meeting.local import LocalWindow
from allears.meeting.stitch import presence_of, stretches_of, talks_of


def _window(start_s: float, *columns: float) -> LocalWindow:
    presence = np.tile(np.array(columns, np.float32), (100, 1))
    return LocalWindow(start_s, 0.1, presence, np.zeros((len(columns), 2)), np.zeros(len(columns)))


def test_speakers_are_put_where_their_people_are() -> None:
    windows = [_window(0.0, 1.0, 0.0), _window(5.0, 0.0, 1.0)]
    presence = presence_of(windows, np.array([[1, 0], [0, 1]]), 2)
    assert presence.shape == (150, 2)
    assert presence[:, 1] == pytest.approx(1.0)
    assert presence[:, 0] == pytest.approx(0.0)


def test_the_middle_of_a_window_counts_more_than_its_end() -> None:
    presence = presence_of([_window(0.0, 1.0), _window(5.0, 0.0)], np.array([[0], [0]]), 1)[:, 0]
    assert presence[50] > 0.8 > 0.2 > presence[99]
    assert presence[0] == 1.0


def test_whom_nobody_knows_is_nobody() -> None:
    assert presence_of([_window(0.0, 1.0)], np.array([[-1]]), 1).sum() == 0


def test_the_likeliest_talks_and_others_who_are_likely_enough() -> None:
    presence = np.array([[0.9, 0.7, 0.1], [0.45, 0.4, 0.0], [0.2, 0.1, 0.1], [0.5, 0.5, 0.65]])
    assert talks_of(presence, 0.6).tolist() == [
        [True, True, False], [True, False, False], [False, False, False], [False, False, True],
    ]  # fmt: skip
    assert talks_of(np.zeros((5, 0)), 0.6).shape == (5, 0)


def test_stretches_of_two_may_overlap() -> None:
    talks = np.zeros((100, 2), bool)
    talks[10:60, 0] = talks[50:90, 1] = True
    assert stretches_of(talks, 0.1, gap_s=0.0, least_s=0.0) == [(0, 1.0, 6.0), (1, 5.0, 9.0)]


def test_short_gaps_are_closed_and_short_stretches_go() -> None:
    talks = np.zeros((100, 1), bool)
    talks[10:20] = talks[22:40] = talks[60] = True
    assert stretches_of(talks, 0.1, gap_s=0.25, least_s=0.15) == [(0, 1.0, 4.0)]
