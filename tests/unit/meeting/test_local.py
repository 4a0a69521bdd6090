from __future__ import annotations

import numpy as np
import pytest

from allears.decode.answers import Span
from allears.meeting.local import SPEAKER, TURNS, later, local_windows, window_starts
from allears.runtime.overheard import Pass
from allears.spec import ModelSpec, Resolution, TaskSpec

CLASSES = ("none", "A", "B", "AB")
TASK = TaskSpec(TURNS, Resolution.FRAME, {"kind": "turns", "window_frames": 100}, CLASSES)
MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 1, 3, (TASK,))

ALL = (Span(0.0, 60.0),)


def _pass(names: list[str], tail: int = 10) -> Pass:
    """50 frames of each class; the layers say the class and who talks, and the heads read it off."""
    classes = np.repeat([CLASSES.index(name) for name in names], 50)
    layers = np.zeros((1, 1, len(classes) + tail, 3), np.float32)
    layers[0, 0, : len(classes), 0] = classes

    def head(name: str, heard: np.ndarray) -> np.ndarray:
        said = heard[0, 0, :, 0].astype(int)
        return 9.0 * np.eye(4, dtype=np.float32)[said] if name == TURNS else np.bincount(said, minlength=4) / len(said)

    return Pass(np.zeros(len(classes) * 320, np.float32), layers, 320, head)


def test_windows_slide_to_the_end() -> None:
    assert window_starts(100, 40, 25) == [0, 25, 50, 60]
    assert window_starts(40, 40, 25) == [0]
    assert window_starts(30, 40, 25) == [0]
    assert window_starts(0, 40, 25) == []


def test_a_voice_is_heard_where_it_is_alone() -> None:
    (window,) = local_windows(_pass(["A", "AB"]), MODEL, 100, ALL)
    assert window.presence.shape == (100, 2)
    assert window.presence[:50, 0].min() > 0.9 > 0.1 > window.presence[:50, 1].max()
    assert window.alone_s.tolist() == pytest.approx([1.0, 1.0])  # B never talks alone: the overlap must do
    assert window.vectors[0].tolist() == [0, 1, 0, 0]
    assert window.vectors[1].tolist() == [0, 0, 0, 1]


def test_who_says_nothing_has_no_vector() -> None:
    (window,) = local_windows(_pass(["A"]), MODEL, 50, ALL)
    assert window.alone_s.tolist() == [1.0, 0.0]
    assert not window.vectors[1].any()
    (nobody,) = local_windows(_pass(["none"]), MODEL, 50, ())
    assert nobody.vectors.shape == (2, 0)


def test_times_are_those_of_the_chunk() -> None:
    windows = local_windows(_pass(["A", "B", "A", "none"]), MODEL, 200, ALL)
    assert [window.start_s for window in windows] == [0.0, 2.0]
    assert later(windows[1], 10.0).start_s == 12.0
    assert windows[1].end_s == pytest.approx(4.0)


def test_frames_of_a_slower_head_are_repeated() -> None:
    task = TaskSpec(TURNS, Resolution.FRAME, {"kind": "turns", "window_frames": 100, "stride": 2}, CLASSES)
    heard = _pass(["A", "B"])
    slow = Pass(
        heard.audio, heard.layers, 320, lambda name, x: heard.head(name, x if name == SPEAKER else x[:, :, ::2])
    )
    (window,) = local_windows(slow, ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 1, 3, (task,)), 99, ALL)
    assert window.presence.shape == (99, 2)
    assert window.presence[:, 0].argmin() == 50


def test_whether_anybody_talks_is_heard_from_the_head_that_knows() -> None:
    (window,) = local_windows(_pass(["A", "none"]), MODEL, 100, (Span(0.5, 1.5),))
    talks = window.presence.sum(axis=1) > 0.5
    assert np.flatnonzero(talks).tolist() == list(range(25, 75))
    assert window.presence[25:50, 0].min() > 0.9
