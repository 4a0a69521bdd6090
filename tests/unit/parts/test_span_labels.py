"""Stretches of time become targets a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.span_labels import SpanLabel  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402


def _loud(frames: np.ndarray, value: Any) -> bool:
    frames[:] = 1.0
    return bool(value == "loud")


def label(rest: Any = None) -> SpanLabel:
    return SpanLabel("level", 1, _loud, rest)


def test_frames_in_no_stretch_are_not_labelled() -> None:
    value, is_known = label().encode({"level": [[0.02, 0.06, "loud"]]}, LabelContext(1_600, 5, 0.02))
    assert value[:, 0].tolist() == [0, 1, 1, 0, 0]
    assert is_known.tolist() == [0, 1, 1, 0, 0]


def test_frames_in_no_stretch_are_the_rest_where_there_is_one() -> None:
    value, is_known = label(np.full(1, -1.0)).encode({"level": [[0.0, 0.04, "loud"]]}, LabelContext(1_600, 5, 0.02))
    assert value[:, 0].tolist() == [1, 1, -1, -1, -1]
    assert is_known.all()


def test_speed_and_silence_before_move_the_stretches() -> None:
    context = LabelContext(3_200, 10, 0.02, time_scale=2.0, speed=0.5, offset_s=0.04)
    _, is_known = label().encode({"level": [[0.02, 0.04, "loud"]]}, context)
    assert is_known.tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]


def test_no_known_frame_is_absence() -> None:
    context = LabelContext(1_600, 5, 0.02)
    for fields in ({}, {"level": []}, {"level": [[0.5, 0.9, "loud"]]}):
        assert label().encode(fields, context) is None


@pytest.mark.parametrize("bad", ["loud", [[0.1, "loud"]], [[0.2, 0.1, "loud"]], [["a", 0.1, "loud"]]])
def test_a_field_of_another_shape_is_told(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"'level'.*give"):
        label().encode({"level": bad}, LabelContext(1_600, 5, 0.02))


def test_padding_is_not_known() -> None:
    one = label(np.zeros(1)).encode({"level": []}, LabelContext(640, 2, 0.02))
    target = label().collate([one], 4)
    assert target.is_known.tolist() == [[1, 1, 0, 0]]
    assert target.value.shape == (1, 4, 1)
