from __future__ import annotations

import numpy as np

from allears.meeting.chunk import Material
from allears.meeting.minutes import Turn
from allears.meeting.moods import with_moods
from allears.spec import ModelSpec, Resolution, TaskSpec

MODEL = ModelSpec(
    "tiny", "1", 16_000, 0.02, 0.0, 28.0, 2, 4,
    (TaskSpec("emotion", Resolution.CLIP, {"kind": "top_one"}, ("calm", "angry"), "emotion.onnx"),),
)  # fmt: skip
PIECES = np.array([[0.0, 1.5], [0.5, 2.0], [4.0, 5.5]])


def _material(moods: np.ndarray) -> Material:
    return Material((), PIECES, np.zeros((3, 4), np.float32), moods)


def test_the_pieces_inside_decide() -> None:
    material = _material(np.array([[0.0, 2.0], [0.0, 1.0], [3.0, 0.0]]))
    one, two, short = with_moods([Turn("S1", 0, 2), Turn("S1", 4, 5.5), Turn("S1", 4, 5)], material, MODEL)
    assert (one.mood, two.mood, short.mood) == ("angry", "calm", "")
    assert 0.8 < one.mood_probability < 0.83


def test_a_model_without_moods_tells_none() -> None:
    turn = Turn("S1", 0, 2)
    assert with_moods([turn], _material(np.zeros((3, 0))), MODEL) == (turn,)
