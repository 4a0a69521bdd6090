"""Windows of unit scores become a transcript."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.decode.spelling import SPACE
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1)
TASK = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, ("", SPACE, "h", "i"))


def window(start_s: float, *best: int, per_frame: int = 1) -> WindowOutput:
    logits = 9.0 * np.eye(4)[list(best)]
    return WindowOutput(start_s, 0.02 * len(best) / per_frame, logits.reshape(-1, 4 * per_frame))


def test_a_segment_a_window_with_times_in_the_clip() -> None:
    said = DECODES["ctc"]([window(0.0, 2, 3, 0), window(5.0, 0, 2, 3, 1, 3)], TASK, MODEL)
    assert said.text == "hi hi i"
    assert [segment.text for segment in said.segments] == ["hi", "hi i"]
    assert [(word.text, word.start_s, word.end_s) for word in said.words] == [
        ("hi", 0.0, 0.04), ("hi", 5.02, 5.06), ("i", 5.08, 5.1),
    ]  # fmt: skip
    assert said.segments[0].tokens == (2, 3)
    assert all(word.probability > 0.99 for word in said.words)


def test_two_spellings_a_frame_halve_the_time() -> None:
    said = DECODES["ctc"]([window(1.0, 0, 2, 3, 0, per_frame=2)], TASK, MODEL)
    assert [(word.text, word.start_s, word.end_s) for word in said.words] == [("hi", 1.01, 1.03)]


def test_silence_has_no_segment() -> None:
    said = DECODES["ctc"]([window(0.0, 0, 0, 1)], TASK, MODEL)
    assert said.segments == () and said.text == ""
    assert DECODES["ctc"]([], TASK, MODEL).text == ""


def test_a_head_of_another_width_is_told() -> None:
    with pytest.raises(ValueError, match="gives 5 outputs for 4 units"):
        DECODES["ctc"]([WindowOutput(0.0, 1.0, np.zeros((3, 5)))], TASK, MODEL)
