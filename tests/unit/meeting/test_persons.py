from __future__ import annotations

import numpy as np

from allears.meeting.persons import PeopleOptions, people_of
from tests.unit.meeting.made import voice, windows_of

TURNS = [(0.0, 5.0, 0), (4.5, 9.0, 1), (9.5, 14.0, 2), (14.0, 19.5, 1), (19.0, 26.0, 0), (26.0, 31.0, 2)]


def test_people_and_who_they_are_in_each_window() -> None:
    windows = windows_of(TURNS, 31.0)
    people = people_of(windows, PeopleOptions(), num_speakers=None, most=8)
    assert len(people.voices) == 3
    true = np.array([[(window.vectors @ voice(k)).tolist() for k in range(3)] for window in windows]).transpose(0, 2, 1)
    names = [int((people.voices @ voice(k)).argmax()) for k in range(3)]
    for window, alike, who in zip(windows, true, people.who, strict=True):
        for column in np.flatnonzero(window.alone_s > 0):
            assert who[column] == names[alike[column].argmax()]


def test_two_of_one_window_are_two_people_however_alike() -> None:
    windows = windows_of(TURNS, 31.0, spread=0.0)
    same = [
        type(window)(window.start_s, window.step_s, window.presence, np.ones_like(window.vectors) / 8, window.alone_s)
        for window in windows
    ]
    who = people_of(same, PeopleOptions(), num_speakers=3, most=8).who
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in who)


def test_the_number_can_be_told() -> None:
    windows = windows_of(TURNS, 31.0)
    assert len(people_of(windows, PeopleOptions(), num_speakers=2, most=8).voices) == 2
    assert len(people_of(windows, PeopleOptions(), num_speakers=4, most=8).voices) <= 4


def test_nobody_speaks() -> None:
    silent = [
        type(w)(w.start_s, w.step_s, 0 * w.presence, w.vectors[:, :0], 0 * w.alone_s) for w in windows_of(TURNS, 31.0)
    ]
    people = people_of(silent, PeopleOptions(), num_speakers=None, most=8)
    assert len(people.voices) == 0
    assert (people.who == -1).all()
