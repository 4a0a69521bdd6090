"""Features of clips nobody recorded, and tones that the fake model tells apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.data.manifest import Clip
from allears.probe.blocks import Block
from allears.probe.features import Features
from tests.unit.conftest import RATE, silence, tone

WIDTH = 6  # D of the two layers
BLOCKS = (Block("layer 0", 0, 12, 0), Block("layer 1", 12, 24, 1), Block("voice", 24, 27))


def made_up(
    per_class: int = 8, num_classes: int = 3, *, told_by: int = 1, seed: int = 0
) -> tuple[Features, np.ndarray]:
    """Features (N, 27) and classes (N,); the classes differ in the means of layer `told_by` alone."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(np.arange(num_classes), per_class)
    values = rng.standard_normal((len(classes), BLOCKS[-1].stop))
    centres = 4 * rng.standard_normal((num_classes, WIDTH))
    start = BLOCKS[told_by].start
    values[:, start : start + WIDTH] += centres[classes]
    return Features(values.astype(np.float32), BLOCKS), classes


@pytest.fixture
def tones(tmp_path: Path) -> tuple[list[Clip], list[str]]:
    """Five low and five high tones in silence, as files, and their labels."""
    clips, labels = [], []
    for number in range(10):
        label, hz = ("low", 300.0) if number % 2 else ("high", 2500.0)
        audio = np.concatenate([silence(0.1 * number), tone(0.4 + 0.05 * number, hz + 20 * number), silence(0.3)])
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, audio, RATE)
        clips.append(Clip(path.name, path))
        labels.append(label)
    return clips, labels
