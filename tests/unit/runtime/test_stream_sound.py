"""Samples keep their place in the stream while old ones are let go of."""

from __future__ import annotations

import numpy as np
import pytest

from allears.runtime.stream_sound import Sound


def test_samples_are_found_by_their_number() -> None:
    sound = Sound().plus(np.arange(10, dtype=np.float32), keep_from=0).plus(np.arange(10, 15), keep_from=4)
    assert (sound.first, sound.end) == (4, 15)
    assert sound.cut(8, 12).tolist() == [8, 9, 10, 11]
    assert sound.plus(np.zeros(1), keep_from=99).first == 15, "what is new is always kept"
    assert sound.plus(np.zeros(1), keep_from=-3).first == 4, "what is gone does not come back"


def test_what_is_gone_cannot_be_asked_for() -> None:
    sound = Sound(np.zeros(5, np.float32), 10)
    for first, end in ((9, 12), (12, 16), (13, 12)):
        with pytest.raises(AssertionError):
            sound.cut(first, end)
