"""Frames of two encoders become rows of the same moments."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the extra `train`")

from allears.transfer.layer_rows import paired_rows, pool_frames
from allears.transfer.stages import Layers

RATE = 16_000


def _times(frame_s: float, tail_s: float = 0.0) -> Layers:
    """An encoder whose one layer says when its frame is, in seconds."""

    def hear(audio: np.ndarray) -> np.ndarray:
        frames = int((len(audio) / RATE + tail_s) / frame_s)
        return ((np.arange(frames) + 0.5) * frame_s)[None, :, None]

    return Layers(hear, frame_s)


def test_frames_of_any_length_give_the_same_rows(caplog: pytest.LogCaptureFixture) -> None:
    clips = [np.zeros(round(s * RATE), np.float32) for s in (1.05, 0.1, 0.6)]
    ((first, second),) = paired_rows(_times(0.02, tail_s=1.0), _times(0.04), clips)
    assert first.shape == second.shape == (1, 5 + 3, 1)
    assert first[0, :, 0] == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9, 0.1, 0.3, 0.5])
    assert second == pytest.approx(first)
    assert "1 clips are shorter than 0.2 s" in caplog.text


def test_many_rows_come_in_minibatches() -> None:
    clips = [np.zeros(10 * RATE, np.float32)] * 6
    sizes = [rows.shape[1] for rows, _ in paired_rows(_times(0.02), _times(0.02), clips)]
    assert sizes == [300]  # the sixth clip fills it


def test_a_long_clip_is_cut() -> None:
    ((rows, _),) = paired_rows(_times(0.02), _times(0.02), [np.zeros(25 * RATE, np.float32)])
    assert rows.shape[1] == 50


def test_what_does_not_fill_a_row_is_left_out() -> None:
    assert pool_frames(np.ones((2, 9, 3)), 0.02, 0.18).shape == (2, 0, 3)
