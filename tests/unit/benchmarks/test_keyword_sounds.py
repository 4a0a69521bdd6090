"""What wake words are measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from common.keyword_sounds import PIECE_S, in_noise, level, pieces, says

from allears.data.manifest import Clip


def clip(number: int, duration_s: float, **labels: str) -> Clip:
    return Clip(id=str(number), audio=Path("a.wav"), split="test", duration_s=duration_s, labels=labels)


def test_every_clip_is_in_one_piece_and_pieces_are_long_enough() -> None:
    clips = [clip(n, 1.0 + n % 5) for n in range(40)]
    groups = pieces(clips)
    assert [one for group in groups for one in group] == clips
    assert all(sum(one.duration_s or 0.0 for one in group) >= PIECE_S for group in groups[:-1])
    assert pieces([]) == []


def test_clips_with_a_keyword_are_no_negatives() -> None:
    assert says(clip(0, 1.0, text="My Computer is old"), ["computer"])
    assert says(clip(0, 1.0, keyword="hey computer"), ["computer"])
    assert not says(clip(0, 1.0, text="my house is old"), ["computer"])


def test_noise_has_the_level_asked_for() -> None:
    rng = np.random.default_rng(0)
    speech = np.where(np.arange(32_000) < 16_000, rng.standard_normal(32_000), 0).astype(np.float32)
    noise = in_noise(speech, rng.standard_normal(8_000).astype(np.float32), 10.0) - speech
    assert 20 * np.log10(level(speech) / np.sqrt(np.mean(noise**2))) == pytest.approx(10.0, abs=0.1)
