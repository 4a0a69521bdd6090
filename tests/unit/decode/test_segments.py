"""Frame logits become stretches of time."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.answers import Span
from allears.decode.base import WindowOutput
from allears.decode.segments import SegmentOptions, find_spans, runs, sigmoid
from allears.spec import ModelSpec, Resolution, TaskSpec

SHIFT_S = 0.02
MODEL = ModelSpec("m", "1", 16_000, SHIFT_S, 1.0, 29.0, 1, 1)
PLAIN = SegmentOptions(min_speech_s=0.0, min_silence_s=0.0, pad_s=0.0)


def task(**options: float) -> TaskSpec:
    return TaskSpec("speech", Resolution.FRAME, {"kind": "segments", **options}, ("speech",))


def spans(probabilities: list[float], options: SegmentOptions, duration_s: float = 100.0) -> list[tuple[float, float]]:
    found = find_spans(np.array(probabilities, np.float32), options, 1.0, duration_s)
    return [(span.start_s, span.end_s) for span in found]


def test_runs() -> None:
    assert runs(np.array([1, 0, 1, 1, 0, 1], bool)).tolist() == [[0, 1], [2, 4], [5, 6]]
    assert runs(np.zeros(3, bool)).shape == (0, 2)


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]


def test_a_stretch_begins_at_the_threshold_and_ends_below_the_lower_one() -> None:
    assert spans([0.1, 0.4, 0.6, 0.4, 0.36, 0.3, 0.4, 0.1], PLAIN) == [(2, 5)]


def test_two_risings_in_one_run_are_one_stretch() -> None:
    assert spans([0.6, 0.4, 0.6, 0.0, 0.7], PLAIN) == [(0, 3), (4, 5)]


def test_short_gaps_close_before_short_stretches_drop() -> None:
    options = SegmentOptions(min_speech_s=3.0, min_silence_s=2.0, pad_s=0.0)
    assert spans([0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0], options) == [(1, 6)]


def test_padding_merges_and_stays_inside_the_clip() -> None:
    options = SegmentOptions(min_speech_s=0.0, min_silence_s=0.0, pad_s=1.0)
    assert spans([1, 0, 0, 1, 0, 0, 0, 1], options, duration_s=7.5) == [(0, 5), (6, 7.5)]


def test_nothing_is_nothing() -> None:
    assert spans([], PLAIN) == []
    assert spans([0.0, 0.4], PLAIN) == []


def test_windows_follow_each_other_in_time() -> None:
    one = WindowOutput(0.0, 1.0, np.r_[np.full(30, -9.0), np.full(20, 9.0)][:, None])
    two = WindowOutput(1.0, 1.0, np.r_[np.full(10, 9.0), np.full(40, -9.0)][:, None])
    answer = DECODES["segments"]([one, two], task(pad_s=0.0, min_speech_s=0.1, min_silence_s=0.1), MODEL)
    assert answer.spans == (Span(0.6, 1.2),)
    assert answer.probabilities.shape == (100,)
    assert answer.total_s == pytest.approx(0.6)


def test_options_that_are_unknown_or_no_numbers(caplog: pytest.LogCaptureFixture) -> None:
    window = [WindowOutput(0.0, 1.0, np.full(50, 9.0))]
    DECODES["segments"](window, task(treshold=0.3), MODEL)
    assert "'treshold'" in caplog.text
    with pytest.raises(ValueError, match="'threshold' must be a number, got 'high'"):
        DECODES["segments"](window, TaskSpec("s", Resolution.FRAME, {"kind": "segments", "threshold": "high"}), MODEL)
