"""Clip logits become one label."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec("m", "1", 16_000, 0.02, 1.0, 29.0, 1, 1)
TASK = TaskSpec("language", Resolution.CLIP, {"kind": "top_one"}, ("de", "en"))


def window(*logits: float, duration_s: float = 1.0, speech_s: float | None = None) -> WindowOutput:
    return WindowOutput(0.0, duration_s, np.array(logits), speech_s)


def test_softmax_of_one_window() -> None:
    choice = DECODES["top-one"]([window(0.0, np.log(3.0))], TASK, MODEL)
    assert choice.label == "en"
    assert choice.probability == pytest.approx(0.75)
    assert choice.probabilities == pytest.approx({"de": 0.25, "en": 0.75})


def test_windows_count_by_their_speech() -> None:
    windows = [window(9.0, 0.0, duration_s=20.0, speech_s=1.0), window(0.0, 9.0, duration_s=2.0, speech_s=2.0)]
    choice = DECODES["top-one"](windows, TASK, MODEL)
    assert choice.label == "en"
    assert choice.probability == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_without_speech_windows_count_by_their_length() -> None:
    windows = [window(9.0, 0.0, duration_s=20.0, speech_s=0.0), window(0.0, 9.0, duration_s=2.0, speech_s=0.0)]
    assert DECODES["top-one"](windows, TASK, MODEL).label == "de"


def test_a_head_of_the_wrong_width_is_told() -> None:
    with pytest.raises(ValueError, match="3 outputs for 2 classes"):
        DECODES["top-one"]([window(1.0, 2.0, 3.0)], TASK, MODEL)
