from __future__ import annotations

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.meeting.local import LocalWindow
from allears.meeting.tracks import Tracks, tracks_of
from tests.unit.meeting.made import voice, windows_of

TURNS = [(0.0, 6.0, 0), (6.5, 12.0, 1), (12.2, 17.0, 0), (40.0, 50.0, 1)]


def _tracks(windows: tuple[LocalWindow, ...]) -> Tracks:
    return tracks_of(windows, np.stack([w.vectors for w in windows]), np.stack([w.alone_s for w in windows]))


def test_a_track_is_one_person_and_ends_with_a_long_silence() -> None:
    tracks = _tracks(windows_of(TURNS, 50.0, spread=0.1))
    whose = [int(np.argmax([vector @ voice(0), vector @ voice(1)])) for vector in tracks.vectors]
    assert sorted(whose) == [0, 1, 1]
    assert tracks.seconds.sum() == pytest.approx(26.3, abs=8.0)  # the ends of a recording are heard less often


def test_who_is_heard_in_one_window_is_two() -> None:
    windows = windows_of(TURNS, 50.0, spread=0.1)
    tracks = _tracks(windows)
    together = {(a, b) for a, b in zip(*np.nonzero(tracks.together_s), strict=True) if a < b}
    assert len(together) == 1
    ((a, b),) = together
    assert abs(tracks.vectors[a] @ tracks.vectors[b] - voice(0) @ voice(1)) < 0.1
    assert tracks.together_s[a, b] == tracks.together_s[b, a] > 1.0


def test_a_recording_shows_how_alike_its_people_are() -> None:
    turns = [(10.0 * n + 5.0 * who, 10.0 * n + 5.0 * who + 4.8, who) for n in range(8) for who in (0, 1)]
    rng = np.random.default_rng(1)
    windows = []
    for window in windows_of(turns, 80.0, spread=0.0):
        noise = 0.5 * unit(rng.normal(size=window.vectors.shape))
        vectors = unit(window.vectors + 0.8 * voice(9) + noise) * (window.alone_s > 0)[:, None]
        windows.append(LocalWindow(window.start_s, window.step_s, window.presence, vectors, window.alone_s))
    tracks = _tracks(tuple(windows))
    assert tracks.same > tracks.different + 0.2
    assert tracks.different == pytest.approx(0.64 / 1.89, abs=0.15)
