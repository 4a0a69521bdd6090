from __future__ import annotations

import numpy as np

from allears.meeting.overlap import second_voices

PATH = np.array([0] * 5 + [1] * 5)
ALIKE = np.array([[0.7, 0.1]] * 3 + [[0.5, 0.47]] * 2 + [[0.48, 0.5]] + [[0.1, 0.7]] * 4)
SPEECH = np.ones(10, bool)


def test_both_speak_where_both_are_alike_at_a_change() -> None:
    assert second_voices(PATH, ALIKE, SPEECH, 0.05).tolist() == [-1, -1, -1, 1, 1, 0, -1, -1, -1, -1]


def test_below_zero_nobody_overlaps() -> None:
    assert (second_voices(PATH, ALIKE, SPEECH, -1.0) == -1).all()


def test_a_pause_is_no_overlap() -> None:
    speech = SPEECH.copy()
    speech[5] = False
    assert (second_voices(PATH, ALIKE, speech, 0.05) == -1).all()
