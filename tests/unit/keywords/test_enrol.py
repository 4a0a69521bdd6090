"""What is said in a recording becomes an example."""

from __future__ import annotations

import numpy as np
import pytest

from allears.keywords import Keyword, Keywords, keyword_of
from allears.keywords.enrol import agreement, measure_background
from tests.unit.keywords.conftest import TableParts, audio_of, spec
from tests.unit.keywords.test_spotter import AROUND, WORD

PARTS = TableParts()
SAID = tuple(np.repeat(WORD, 2))


def recording(*sounds: int, before: int = 20, after: int = 30) -> np.ndarray:
    return audio_of(*[0] * before, *sounds, *[0] * after)


def made(*recordings: np.ndarray) -> Keyword:
    return keyword_of("word", parts=PARTS, model=spec(), recordings=recordings)


def test_the_silence_around_is_cut_off_and_each_recording_is_heard_twice() -> None:
    keyword = made(recording(*SAID), recording(*SAID, before=40))
    assert keyword.num_recordings == 2
    assert len(keyword.templates) == 4
    assert all(abs(len(template) - len(SAID)) <= 4 for template in keyword.templates)
    assert np.allclose(np.linalg.norm(keyword.templates[0], axis=1), 1, atol=1e-5)


def test_what_was_recorded_is_found() -> None:
    audio = audio_of(*AROUND, *SAID, *AROUND)
    hits = Keywords([made(recording(*SAID))], spec()).find(PARTS.encode(audio), false_accepts_per_hour=1e4)
    assert [hit.keyword for hit in hits] == ["word"]


def test_silence_and_speeches_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.00 s of speech"):
        made(recording())
    with pytest.raises(ValueError, match="saying the keyword alone"):
        made(recording(*np.tile(SAID, 10)))
    with pytest.raises(ValueError, match="lasts 30 s"):
        made(np.zeros(480_000, np.float32))


def test_a_recording_unlike_the_others_is_seen() -> None:
    other = recording(*np.repeat((38, 37, 36, 35, 34, 33, 32, 31), 3))
    alike = agreement(made(recording(*SAID), recording(*SAID), other))
    assert alike[2] < min(alike[:2])
    assert agreement(made(other)) == ()


def test_a_background_gives_tails() -> None:
    rng = np.random.default_rng(0)
    background = [audio_of(*rng.integers(0, 40, 900)) for _ in range(2)]
    tails = measure_background(made(recording(*SAID)), background, PARTS, spec())
    assert set(tails) == {"examples"}
    assert tails["examples"].threshold(0.001) > tails["examples"].threshold(10)
    assert tails["examples"].hours == pytest.approx(36 / 3600)
