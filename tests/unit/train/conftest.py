"""A corpus of tones made on the spot, and a recipe that learns from it in seconds.

Low tones are "de", high ones "en"; every third clip does not say. Silence lies around each tone, so `speech` has two
classes too; every fourth clip does not say that it is speech.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from allears.config.load import parse_recipe
from allears.config.schema import Recipe

RATE = 16_000


def _write_clip(folder: Path, index: int, split: str) -> dict[str, Any]:
    rng = np.random.default_rng(index)
    language = ("de", "en")[index % 2]
    hz = {"de": 300.0, "en": 2500.0}[language] * rng.uniform(0.8, 1.2)
    seconds = rng.uniform(0.3, 0.6)
    tone = 0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)
    audio = np.concatenate([np.zeros(int(0.15 * RATE)), tone, np.zeros(int(0.15 * RATE))])
    audio = audio + 1e-4 * rng.standard_normal(len(audio))
    name = f"{split}{index:02d}"
    soundfile.write(folder / f"{name}.wav", audio.astype(np.float32), RATE)
    row: dict[str, Any] = {"id": name, "audio": f"{name}.wav", "duration_s": len(audio) / RATE, "split": split}
    return row | ({"language": language} if index % 3 else {}) | ({"keyword": "tone"} if index % 4 else {})


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of 12 training and 6 dev clips."""
    folder = tmp_path_factory.mktemp("tones")
    rows = [_write_clip(folder, i, "train") for i in range(12)] + [_write_clip(folder, i + 20, "dev") for i in range(6)]
    path = folder / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def make_recipe(corpus: Path) -> Callable[..., Recipe]:
    """`make_recipe(num_steps=12, ema=0.9)`: a tiny recipe; keywords replace whole top-level settings."""

    def make(*, num_steps: int = 12, **changes: Any) -> Recipe:
        source = {"manifest": str(corpus)}
        data = {
            "name": "tones",
            "data": {
                "train": [source | {"split": "train"}],
                "dev": [source | {"split": "dev"}],
                "augment": {"gain_probability": 0.5, "speed_probability": 0.5},
                "max_clips": 4,
                "num_workers": 1,
            },
            "encoder": {"kind": "cnn-bilstm", "dim": 16, "lstm_dim": 16},
            "tasks": {"speech": {"hidden": 8}, "language": {"classes": ["de", "en"], "hidden": 8}},
            "optim": {"num_steps": num_steps, "lr": 5e-3, "warmup_steps": 2},
            "checkpoint": {"every_steps": 4},
            "evaluate": {"every_steps": 5},
            "log_every_steps": 1,
            "device": "cpu",
        }
        return parse_recipe(data | changes)

    return make


@pytest.fixture
def read_losses() -> Callable[[Path], dict[int, dict[str, float]]]:
    """Step -> losses, from the log of a run folder; a step that is there twice fails."""

    def read(folder: Path) -> dict[int, dict[str, float]]:
        rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        steps = [row["step"] for row in rows if row["event"] == "train"]
        assert len(steps) == len(set(steps))
        return {row["step"]: row["losses"] for row in rows if row["event"] == "train"}

    return read
