"""The decode kinds of a label column: tags, a number, a curve, a timeline."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1)


def answer(decode: dict[str, object], *outputs: np.ndarray, classes: tuple[str, ...] = ()) -> object:
    task = TaskSpec("x", Resolution.FRAME, decode, classes)
    windows, start_s = [], 0.0
    for output in outputs:
        windows.append(WindowOutput(start_s, 0.02 * len(output), output))
        start_s += 0.02 * len(output)
    return DECODES[str(decode["kind"])](windows, task, MODEL)


def test_tags_are_those_above_the_threshold_in_any_window() -> None:
    tags = answer({"kind": "multilabel", "threshold": 0.6}, np.array([0.1, 9.0, -9.0]), np.array([2.0, -9.0, -9.0]),
                  classes=("a", "b", "c"))  # fmt: skip
    assert tags.labels == ("b", "a")
    assert tags.probabilities["c"] < 0.01


def test_a_number_is_in_the_unit_of_its_labels() -> None:
    task = TaskSpec("x", Resolution.CLIP, {"kind": "number", "mean": 30.0, "std": 10.0})
    windows = [WindowOutput(0.0, 1.0, np.array([1.0])), WindowOutput(1.0, 3.0, np.array([-1.0]))]
    assert DECODES["number"](windows, task, MODEL).value == pytest.approx(30 + 10 * (0.25 - 0.75))


def test_a_curve_has_a_value_a_frame() -> None:
    curve = answer({"kind": "curve", "mean": 1.0, "std": 2.0}, np.array([[0.0], [1.0]]), np.array([[2.0]]))
    assert curve.values.tolist() == [1.0, 3.0, 5.0]
    assert curve.frame_shift_s == 0.02


def test_one_class_at_a_time() -> None:
    logits = np.array([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 0.0]])
    line = answer({"kind": "timeline"}, logits[:3], logits[3:], classes=("a", "b"))
    assert [(s.label, s.start_s, s.end_s) for s in line.spans] == [("a", 0, 0.04), ("b", 0.04, 0.06), ("a", 0.06, 0.08)]
    short = answer({"kind": "timeline", "min_s": 0.03}, logits, classes=("a", "b"))
    assert [(s.label, s.end_s) for s in short.spans] == [("a", 0.04)]


def test_several_classes_at_a_time_may_overlap() -> None:
    logits = np.array([[9.0, 9.0], [9.0, -9.0], [-9.0, -9.0]])
    line = answer({"kind": "timeline", "overlap": 1}, logits, classes=("a", "b"))
    assert [(s.label, s.start_s, s.end_s) for s in line.spans] == [("a", 0, 0.04), ("b", 0, 0.02)]
    assert answer({"kind": "timeline"}, classes=("a", "b")).spans == ()
