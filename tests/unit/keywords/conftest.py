"""A model whose encoder is a table: every 20 ms of audio is one of a few sounds, and each sound is one direction."""

from __future__ import annotations

import numpy as np
import pytest

from allears.decode.spelling import BLANK, SPACE
from allears.keywords import background
from allears.spec import ModelSpec, Resolution, TaskSpec

FRAME = 320
DIRECTIONS = np.random.default_rng(5).standard_normal((40, 24)).astype(np.float32)
NAMES = (BLANK, SPACE, *"abcdefghijklmnopqrstuvwxyz")


class TableParts:
    """Stands in for `Parts`: a frame's level says which sound it is (level 0 is silence, k / 100 is sound k)."""

    samples_per_frame = FRAME

    def encode(self, audio: np.ndarray) -> np.ndarray:
        sounds = self._sounds(np.concatenate([audio, np.zeros(FRAME * 5, np.float32)]))  # the tail
        return np.stack([DIRECTIONS[sounds], DIRECTIONS[sounds]])[:, None]

    def head(self, name: str, layers: np.ndarray) -> np.ndarray:
        sounds = (layers[0, 0] @ DIRECTIONS.T).argmax(axis=1)
        if name == "speech":
            return np.where(sounds > 0, 5.0, -5.0)[:, None].astype(np.float32)
        logits = np.zeros((len(sounds), len(NAMES)), np.float32)
        logits[np.arange(len(sounds)), np.where(sounds < len(NAMES), sounds, 0)] = 9.0
        return logits

    def num_frames(self, num_samples: int) -> int:
        return -(-num_samples // FRAME)

    def _sounds(self, audio: np.ndarray) -> np.ndarray:
        frames = audio[: len(audio) // FRAME * FRAME].reshape(-1, FRAME)
        return np.clip(np.round(100 * frames.mean(axis=1)), 0, len(DIRECTIONS) - 1).astype(int)


def audio_of(*sounds: int) -> np.ndarray:
    """A frame a sound."""
    return np.repeat(np.array(sounds, np.float32) / 100, FRAME)


def spec(*, ctc: bool = True) -> ModelSpec:
    """The table's spec."""
    speech = TaskSpec("speech", Resolution.FRAME, {"kind": "segments"}, file="speech.onnx")
    spelt = TaskSpec("ctc", Resolution.FRAME, {"kind": "ctc"}, NAMES, "ctc.onnx")
    return ModelSpec("table", "1", 16_000, 0.02, 0.1, 28.0, 2, 24, (speech, spelt) if ctc else (speech,))


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds of 0.9 (examples) and -0.5 (spelling) at 0.1 false accepts an hour."""
    tails = {
        "examples": {"model": "table 1", "score": (0.8, 0.0), "per_decade": 0.1, "hours": 1.0},
        "spelling": {"model": "table 1", "score": (-0.6, 0.0), "per_decade": 0.1, "hours": 1.0},
    }
    monkeypatch.setattr(background, "_measured", lambda: tails)
