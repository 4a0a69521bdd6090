"""The shipped model learns to tell two sounds from three clips each, and its copy answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allears import Session
from allears.probe import fit_probe
from allears.runtime.model_folder import DEFAULT_MODEL, ModelFolder


@pytest.mark.skipif(not (DEFAULT_MODEL / "encoder.onnx").exists(), reason="the shipped model is not there")
def test_hiss_and_hum(tmp_path: Path) -> None:
    import soundfile

    rng = np.random.default_rng(0)
    time = np.arange(9600) / 16_000
    clips, labels = [], []
    for number in range(6):
        label = "hum" if number % 2 else "hiss"
        sound = np.sin(2 * np.pi * (90 + 10 * number) * time) if number % 2 else rng.standard_normal(len(time))
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, 0.1 * sound, 16_000)
        clips.append(path)
        labels.append(label)
    probe = fit_probe(clips, labels, name="sound", method="ridge", cache=False, num_threads=1)
    assert probe.accuracy == 1.0
    probe.save(tmp_path / "out")
    assert ModelFolder(tmp_path / "out").spec.default_tasks[-1] == "sound"
    answer = Session(tmp_path / "out", tasks=["sound"], num_threads=1).hear(clips[1]).answers["sound"]
    assert answer.label == "hum"
    assert answer.probability == pytest.approx(probe.probabilities(probe.features.values[1:2])[0, 1], abs=1e-4)
