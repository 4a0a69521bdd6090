"""Rows with sound are read, rows without are silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch", reason="inputs are of the training side: install the extra `train`")

from allears.data.inputs import INPUTS
from allears.data.manifest import Clip


def test_a_sentence_is_silence_and_its_file_is_not_looked_at(tmp_path: Path) -> None:
    clip = Clip("a", tmp_path / "none.wav", labels={"sentence": "play jazz"})
    read = INPUTS["spoken-or-written"](augmenter=None).read(clip, (0, 0, 0))
    assert not read.audio.any() and 0 < len(read.audio) <= 1_600


def test_a_clip_is_its_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(8_000, 0.25, np.float32), 16_000)
    read = INPUTS["spoken-or-written"](augmenter=None).read(Clip("a", tmp_path / "a.wav"), (0, 0, 0))
    assert len(read.audio) == 8_000 and read.audio.max() == pytest.approx(0.25, abs=1e-3)


def test_a_clip_that_is_not_there_is_said(tmp_path: Path) -> None:
    reader = INPUTS["spoken-or-written"](augmenter=None)
    with pytest.raises((OSError, RuntimeError, ValueError)):
        reader.read(Clip("a", tmp_path / "none.wav", labels={"text": "play jazz"}), (0, 0, 0))
    assert len(reader.nothing())
