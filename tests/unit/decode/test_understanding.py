"""Scores of units beside logits of intents become an intent and values."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.runtime.result import Result
from allears.spec import ModelSpec, Resolution, TaskSpec

UNITS = ("", "r", "o", "m", "e", "<city>", "</city>")
TASK = TaskSpec("understanding", Resolution.FRAME, {"kind": "understanding", "num_intents": 2}, (*UNITS, "go", "stay"))
MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1, (TASK,))


def _window(path: list[int], intents: list[float], start_s: float = 0.0) -> WindowOutput:
    units = 9 * np.eye(len(UNITS))[path]
    return WindowOutput(start_s, 1.0, np.hstack([units, np.tile(intents, (len(path), 1))]))


def test_intent_and_values() -> None:
    answer = DECODES["understanding"]([_window([5, 1, 2, 3, 4, 6], [2.0, 0.0])], TASK, MODEL)
    assert (answer.intent.label, answer.slots.values, answer.slots.text) == ("go", {"city": "rome"}, "rome")
    assert answer.intent.probability == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_windows_are_put_together() -> None:
    windows = [_window([5, 1, 2, 6], [0.0, 1.0]), _window([5, 3, 4, 6], [0.0, 3.0], 1.0)]
    answer = DECODES["understanding"](windows, TASK, MODEL)
    assert answer.intent.label == "stay" and [slot.value for slot in answer.slots.slots] == ["ro", "me"]
    assert answer.slots.slots[1].start_s >= 1.0


def test_a_result_shows_both() -> None:
    answer = DECODES["understanding"]([_window([5, 1, 6], [2.0, 0.0])], TASK, MODEL)
    result = Result("a", 1.0, {"understanding": answer})
    assert result.intent is answer.intent and result.slots is answer.slots
    assert Result("a", 1.0, {}).intent is None and Result("a", 1.0, {}).slots is None


def test_a_head_that_does_not_fit_is_said() -> None:
    with pytest.raises(ValueError, match="export the model again"):
        DECODES["understanding"]([_window([0], [1.0, 2.0, 3.0])], TASK, MODEL)
