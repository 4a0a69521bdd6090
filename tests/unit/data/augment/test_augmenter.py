"""The whole chain: nothing by default, the same dice give the same bits, times can be followed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from allears.audio import SAMPLE_RATE
from allears.data.augment import Augmenter, AugmentPlan
from allears.data.manifest import Clip


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, list[Clip]]:
    rng = np.random.default_rng(0)
    clips: dict[str, list[Clip]] = {"noise": [], "rooms": []}
    for i in range(3):
        for kind, audio in (("noise", rng.normal(0, 0.1, 8000)), ("rooms", np.exp(-np.arange(800) / 100))):
            path = tmp_path / f"{kind}{i}.wav"
            soundfile.write(path, audio, SAMPLE_RATE, subtype="FLOAT")
            clips[kind].append(Clip(path.stem, path))
    return clips


def _tone(seconds: float) -> np.ndarray:
    return (0.3 * np.sin(np.arange(round(seconds * SAMPLE_RATE)) * 0.2)).astype(np.float32)


def test_by_default_nothing_happens() -> None:
    audio = _tone(1.0)
    result = Augmenter(AugmentPlan()).apply(audio, np.random.default_rng(0))
    assert np.array_equal(result.audio, audio)
    assert np.array_equal(result.clean, audio)
    assert (result.time_scale, result.speed, result.offset_s) == (1.0, 1.0, 0.0)


def test_same_dice_same_bits_whatever_came_before(sources: dict[str, list[Clip]]) -> None:
    plan = AugmentPlan(
        **sources,
        noise_probability=0.7,
        room_probability=0.7,
        gain_probability=0.7,
        speed_probability=0.7,
        pad_probability=0.7,
        telephone_probability=0.7,
    )
    used, fresh = Augmenter(plan), Augmenter(plan)
    for key in range(20):
        used.apply(_tone(0.5), np.random.default_rng((1, key)))
    for key in range(10):
        a = used.apply(_tone(1.0), np.random.default_rng((0, key)))
        b = fresh.apply(_tone(1.0), np.random.default_rng((0, key)))
        assert a.audio.tobytes() == b.audio.tobytes()
        assert (a.time_scale, a.speed, a.offset_s) == (b.time_scale, b.speed, b.offset_s)
        assert a.audio.shape == a.clean.shape
        assert a.audio.dtype == np.float32
        assert np.abs(a.audio).max() <= 1.0


@pytest.mark.parametrize("factor", [0.9, 1.1, 1.25])
def test_speed_changes_length_and_time_scale(factor: float) -> None:
    audio = _tone(2.0)
    plan = AugmentPlan(speed_probability=1.0, speed=(factor, factor))
    result = Augmenter(plan).apply(audio, np.random.default_rng(0))
    assert result.speed == factor
    assert len(result.audio) == pytest.approx(len(audio) / factor, abs=2)
    assert result.time_scale == pytest.approx(1 / factor, abs=1e-3)
    assert len(result.clean) == len(result.audio)


def test_a_labelled_moment_is_where_scale_and_offset_say() -> None:
    audio = np.zeros(2 * SAMPLE_RATE, np.float32)
    moment_s = 1.25
    audio[round(moment_s * SAMPLE_RATE)] = 1.0
    plan = AugmentPlan(speed_probability=1.0, speed=(0.9, 0.9), pad_probability=1.0, pad_s=(0.2, 0.4))
    result = Augmenter(plan).apply(audio, np.random.default_rng(5))
    found_s = int(np.argmax(np.abs(result.audio))) / SAMPLE_RATE
    assert found_s == pytest.approx(moment_s * result.time_scale + result.offset_s, abs=0.001)


def test_clean_is_the_clip_without_noise_room_and_level(sources: dict[str, list[Clip]]) -> None:
    plan = AugmentPlan(**sources, noise_probability=1.0, room_probability=1.0, gain_probability=1.0)
    audio = _tone(1.0)
    result = Augmenter(plan).apply(audio, np.random.default_rng(0))
    assert np.array_equal(result.clean, audio)
    assert not np.allclose(result.audio, audio)


def test_telephone_takes_what_is_above_4_khz() -> None:
    rng = np.random.default_rng(0)
    audio = rng.normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    heard = Augmenter(AugmentPlan(telephone_probability=1.0)).apply(audio, rng).audio
    spectrum = np.abs(np.fft.rfft(heard)) ** 2
    assert spectrum[4200:].sum() < 1e-3 * spectrum[:3800].sum()
    assert len(heard) == len(audio)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise_probability": 0.5}, "no noise manifest"),
        ({"room_probability": 0.5}, "no rooms manifest"),
        ({"gain_probability": 1.5}, "from 0 to 1"),
        ({"snr_db": (20.0, 0.0)}, "lowest, highest"),
        ({"speed": (0.0, 1.0)}, "above 0"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AugmentPlan(**options)  # type: ignore[arg-type]
