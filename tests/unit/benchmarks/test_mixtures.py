import random
from pathlib import Path

import numpy as np
import pytest
import soundfile
from common.mixtures import GRID, label, mix

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip


def _tone(seconds: float, level: float = 0.3) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * 200 * time)).astype(np.float32)


def _clip(folder: Path, name: str, audio: np.ndarray, **labels: str) -> Clip:
    path = folder / f"{name}.wav"
    soundfile.write(path, audio, SAMPLE_RATE)
    return Clip(id=name, audio=path, duration_s=len(audio) / SAMPLE_RATE, labels=labels)


def test_loud_is_speech_and_quiet_is_not() -> None:
    flags = label(np.concatenate([np.zeros(8000, np.float32), _tone(1.0), _tone(0.5, 0.001)]))
    assert not flags[:50].any()
    assert flags[50:150].all()
    assert not flags[150:].any()


def test_short_holes_are_filled_and_clicks_dropped() -> None:
    hole = np.concatenate([_tone(0.5), np.zeros(GRID * 15, np.float32), _tone(0.5)])
    assert label(hole).all()
    pause = np.concatenate([_tone(0.5), np.zeros(GRID * 30, np.float32), _tone(0.5)])
    assert not label(pause)[50:80].any()
    click = np.concatenate([np.zeros(16000, np.float32), _tone(0.03), np.zeros(16000, np.float32), _tone(0.5)])
    assert not label(click)[:200].any()


@pytest.mark.parametrize("snr_db", [-5.0, 10.0])
def test_a_mixture_has_the_asked_ratio(tmp_path: Path, snr_db: float) -> None:
    noise = (np.random.default_rng(0).normal(size=5 * SAMPLE_RATE) * 0.1).astype(np.float32)
    made = mix(
        random.Random(3),
        [_clip(tmp_path, "speech", _tone(2.0))],
        [_clip(tmp_path, "noise", noise, noise="rain")],
        [],
        snr_db,
    )
    mask = np.repeat(made.is_speech, GRID)
    assert len(mask) == len(made.audio)
    assert 10 <= len(made.audio) / SAMPLE_RATE <= 20
    both, alone = np.mean(made.audio[mask] ** 2), np.mean(made.audio[~mask] ** 2)
    assert 10 * np.log10((both - alone) / alone) == pytest.approx(snr_db, abs=0.5)


def test_a_seed_makes_the_same_mixture(tmp_path: Path) -> None:
    clips = [_clip(tmp_path, "speech", _tone(2.0))], [_clip(tmp_path, "noise", _tone(3.0, 0.1), noise="rain")], []
    one, two, other = (mix(random.Random(seed), *clips, 5.0) for seed in (1, 1, 2))
    assert np.array_equal(one.audio, two.audio)
    assert not np.array_equal(one.is_speech, other.is_speech)


def test_a_room_delays_nothing(tmp_path: Path) -> None:
    response = np.zeros(4000, np.float32)
    response[1000] = 0.5  # a room that is nothing but a delay
    clips = [_clip(tmp_path, "speech", _tone(2.0))], [_clip(tmp_path, "noise", _tone(3.0, 0.1), noise="rain")]
    made = [mix(random.Random(seed), *clips, [_clip(tmp_path, "room", response)], 40.0) for seed in range(6)]
    rooms = [mixture for mixture in made if mixture.in_room]
    assert rooms
    assert len(rooms) < len(made)
    for mixture in rooms:
        loud = np.abs(mixture.audio[: len(mixture.is_speech) * GRID]).reshape(-1, GRID).max(1) > 0.02
        assert np.mean(loud == mixture.is_speech) > 0.98
