from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from common.meetings import make_meeting

from allears.data.manifest import Clip


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    """Three speakers, each a tone of 3 s with silence around it."""
    made = []
    for number in range(3):
        tone = np.sin(2 * np.pi * (200 + 100 * number) * np.arange(48_000) / 16_000)
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.concatenate([np.zeros(8000), 0.3 * tone, np.zeros(8000)]), 16_000)
        made.append(Clip(str(number), str(path), labels={"speaker": f"p{number}"}))
    return made


def test_the_same_seed_makes_the_same_meeting(clips: list[Clip]) -> None:
    one, two, other = (make_meeting("m", clips, clips[:1], num_speakers=3, length_s=30, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.audio, two.audio)
    assert one.turns == two.turns
    assert one.turns != other.turns


def test_everybody_speaks_and_the_truth_is_where_the_sound_is(clips: list[Clip]) -> None:
    meeting = make_meeting("m", clips, clips[:1], num_speakers=3, length_s=40, seed=3)
    assert {who for *_, who in meeting.turns} == {"p0", "p1", "p2"}
    is_turn = np.zeros(len(meeting.audio), bool)
    for start, end, _ in meeting.turns:
        is_turn[round(start * 16_000) : round(end * 16_000)] = True
    level = np.sqrt(np.mean(meeting.audio[is_turn] ** 2)) / np.sqrt(np.mean(meeting.audio[~is_turn] ** 2))
    assert level > 3
    assert all(0 <= start < end <= len(meeting.audio) / 16_000 for start, end, _ in meeting.turns)
