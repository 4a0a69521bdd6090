"""Vectors become one direction."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec("m", "1", 16_000, 0.02, 1.0, 29.0, 1, 1)
TASK = TaskSpec("speaker", Resolution.CLIP, {"kind": "embedding", "threshold": 0.5})


def test_length_is_one_and_windows_count_by_speech_not_by_their_length_as_vectors() -> None:
    windows = [
        WindowOutput(0.0, 9.0, np.array([100.0, 0.0]), speech_s=3.0),
        WindowOutput(9.0, 9.0, np.array([0.0, 0.1]), speech_s=4.0),
    ]
    vector = DECODES["embedding"](windows, TASK, MODEL).vector
    assert vector.dtype == np.float32
    assert vector == pytest.approx([0.6, 0.8])


def test_a_vector_of_zeros_is_no_crash() -> None:
    vector = DECODES["embedding"]([WindowOutput(0.0, 1.0, np.zeros(3))], TASK, MODEL).vector
    assert not vector.any()
