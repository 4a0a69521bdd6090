from __future__ import annotations

import numpy as np
import pytest

from allears.decode.base import WindowOutput
from allears.decode.turns import letters_of, members, probabilities, turns
from allears.spec import ModelSpec, Resolution, TaskSpec

CLASSES = ("none", "A", "B", "C", "AB", "AC", "BC")


def _model(**options: float) -> tuple[TaskSpec, ModelSpec]:
    task = TaskSpec("turns", Resolution.FRAME, {"kind": "turns", **options}, CLASSES)
    return task, ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 1, 8, (task,))


def _window(names: list[str], start_s: float = 0.0, each: int = 50) -> WindowOutput:
    rows = np.repeat([CLASSES.index(name) for name in names], each)
    return WindowOutput(start_s, len(rows) * 0.02, 9.0 * np.eye(len(CLASSES), dtype=np.float32)[rows])


def test_each_class_is_a_set_of_speakers() -> None:
    assert letters_of(CLASSES) == "ABC"
    assert members(CLASSES).tolist()[4] == [1, 1, 0]
    assert members(CLASSES)[0].sum() == 0


def test_two_may_talk_at_once() -> None:
    answer = turns([_window(["none", "A", "AB", "B"])], *_model())
    assert [(span.label, span.start_s, span.end_s) for span in answer.spans] == [("A", 1.0, 3.0), ("B", 2.0, 4.0)]
    assert answer.spans[0].probability == pytest.approx(1.0, abs=0.01)


def test_letters_of_several_windows_are_not_mixed_up() -> None:
    answer = turns([_window(["A"]), _window(["none", "A"], 1.0)], *_model())
    assert [(span.label, span.start_s) for span in answer.spans] == [("1A", 0.0), ("2A", 2.0)]


def test_a_frame_may_stand_for_several_of_the_encoder_and_short_stretches_go() -> None:
    window = WindowOutput(0.0, 3.0, _window(["A", "C"], each=30).output[:31])
    answer = turns([window], *_model(stride=2, min_s=0.1))
    assert [(span.label, span.end_s) for span in answer.spans] == [("A", 1.2)]


def test_probabilities_of_nothing() -> None:
    assert probabilities(np.zeros((0, 7))).shape == (0, 7)
    assert turns([], *_model()).spans == ()
