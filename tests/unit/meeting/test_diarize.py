from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allears.decode.embedding import unit
from allears.meeting.chunk import joined
from allears.meeting.diarize import Options, diarize
from tests.unit.meeting.made import chunk_of, windows_of

TURNS = [(0.5, 6.0, 1), (6.5, 12.0, 2), (12.4, 18.0, 1), (18.6, 24.0, 3), (24.0, 30.0, 2)]


def _who_speaks(turns: list[tuple[float, float, int]], **how: int) -> list[tuple[int, float, float]]:
    found = diarize(joined([chunk_of(turns)]), **how)
    return [(one.voice, one.start_s, one.end_s) for one in found.stretches]


def test_voices_and_times_are_found() -> None:
    found = _who_speaks(TURNS)
    assert [voice for voice, *_ in found] == [0, 1, 0, 2, 1]
    true = np.array([turn[:2] for turn in TURNS])
    assert np.abs(np.array([times for _, *times in found]) - true).max() < 0.5


def test_the_number_of_speakers_can_be_told() -> None:
    assert len({voice for voice, *_ in _who_speaks(TURNS, num_speakers=2)}) == 2
    assert len({voice for voice, *_ in _who_speaks(TURNS, num_speakers=3)}) == 3


@pytest.mark.parametrize("number", [0, 9])
def test_a_number_that_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="give 1 to 8"):
        diarize(joined([chunk_of(TURNS)]), num_speakers=number)


def test_one_short_word_is_one_voice() -> None:
    assert [voice for voice, *_ in _who_speaks([(1.0, 1.4, 5)])] == [0]


def test_nobody_speaks() -> None:
    found = diarize(joined([]))
    assert found.stretches == ()
    assert len(found.voices) == 0


def test_who_speaks_little_is_given_to_others() -> None:
    turns = [(0.0, 8.0, 1), (8.5, 16.0, 2), (16.5, 17.9, 3)]
    few = diarize(joined([chunk_of(turns)]), Options(min_voice_s=2.0))
    all_ = diarize(joined([chunk_of(turns)]), Options(min_voice_s=1.0))
    assert len(few.voices) == 2
    assert len(all_.voices) == 3


def test_every_moment_of_speech_is_somebodys() -> None:
    material = joined([chunk_of(TURNS)])
    spoken = sum(one.end_s - one.start_s for one in diarize(material).stretches)
    assert spoken == pytest.approx(sum(b - a for a, b, _ in TURNS), abs=0.6)


def test_one_person_is_one_voice() -> None:
    material = joined([chunk_of([(0.0, 20.0, 1), (20.5, 45.0, 1)], spread=0.8)])
    assert len(diarize(material).voices) == 1


def test_a_room_that_makes_voices_alike_does_not_make_them_one() -> None:
    chunk = chunk_of([(2 * start, 2 * end, who) for start, end, who in TURNS], spread=0.4)
    heard = unit(chunk.vectors + 0.4 * unit(chunk.vectors.mean(axis=0))).astype(np.float32)
    material = joined([replace(chunk, vectors=heard)])
    assert len(diarize(material).voices) == 3
    assert len(diarize(material, Options(contrast=0.0)).voices) < 3


def test_windows_are_put_together_and_two_may_speak_at_once() -> None:
    turns = [(0.5, 6.0, 1), (5.0, 12.0, 2), (12.4, 18.0, 1), (18.6, 24.0, 0), (23.0, 30.0, 2)]
    chunk = replace(chunk_of(turns), windows=windows_of(turns, 30.5))
    found = diarize(joined([chunk])).stretches
    assert [one.voice for one in found] == [0, 1, 0, 2, 1]
    true = np.array([turn[:2] for turn in turns])
    assert np.abs(np.array([(one.start_s, one.end_s) for one in found]) - true).max() < 0.05


def test_windows_in_which_nobody_speaks() -> None:
    silent = windows_of([(0.0, 0.1, 0)], 20.0)[-1:]
    chunk = replace(chunk_of([(0.0, 1.0, 0)]), windows=silent)
    found = diarize(joined([chunk]))
    assert found.stretches == ()
    assert len(found.voices) == 0


def test_the_number_is_told_for_windows_too() -> None:
    chunk = replace(chunk_of(TURNS), windows=windows_of(TURNS, 30.0))
    found = {count: diarize(joined([chunk]), num_speakers=count) for count in (2, 3)}
    assert {count: len(one.voices) for count, one in found.items()} == {2: 2, 3: 3}
