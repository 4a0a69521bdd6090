"""Composed clips: of the wanted lengths, with the labels their parts share, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.audio import SAMPLE_RATE
from allears.data.compose import ComposePlan, compose
from allears.data.manifest import Clip


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    made = []
    for i, (seconds, speaker) in enumerate([(8.0, "a"), (1.0, "a"), (1.5, "a"), (1.0, "b"), (2.0, "b")]):
        path = tmp_path / f"{i}.wav"
        soundfile.write(path, np.random.default_rng(i).uniform(-0.3, 0.3, round(seconds * SAMPLE_RATE)), SAMPLE_RATE)
        labels = {"text": f"word{i}", "speaker": speaker, "language": "en", "prompt_id": str(i)}
        made.append(Clip(str(i), path, duration_s=seconds, split="train", labels=labels))
    return made


def test_pieces_lose_their_text_and_strings_join_it(clips: list[Clip], tmp_path: Path) -> None:
    made = compose(clips, tmp_path / "out", ComposePlan(num_crops=3, num_strings=6, min_s=3.0, max_s=12.0))
    crops, strings = made[:3], made[3:]
    for clip in crops:
        assert "text" not in clip.labels and clip.labels["speaker"] == "a"
        assert 1.0 <= (clip.duration_s or 0) <= 8.0
    for clip in strings:
        words = clip.labels["text"].split()
        owner = {"a": {"word0", "word1", "word2"}, "b": {"word3", "word4"}}[clip.labels["speaker"]]
        assert set(words) <= owner
        assert 3.0 <= (clip.duration_s or 0) <= 12.0
    for clip in made:
        assert soundfile.info(str(clip.audio)).duration == pytest.approx(clip.duration_s)


def test_same_seed_same_clips(clips: list[Clip], tmp_path: Path) -> None:
    plan = ComposePlan(num_crops=2, num_strings=3, max_s=10.0)
    one, two = compose(clips, tmp_path / "one", plan, seed=4), compose(clips, tmp_path / "two", plan, seed=4)
    for a, b in zip(one, two, strict=True):
        assert a.audio.read_bytes() == b.audio.read_bytes() and a.labels == b.labels
    other = compose(clips, tmp_path / "other", plan, seed=5)
    assert any(a.audio.read_bytes() != b.audio.read_bytes() for a, b in zip(one, other, strict=True))
