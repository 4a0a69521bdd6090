"""The buzz and the noise: pitch, power, no clicks, and the closed form against the plain sum."""

from __future__ import annotations

import numpy as np
import pytest

from allears.speaking.source import f0_of_samples, harmonic_source, noise_source

RATE, HOP = 24_000, 300


def test_the_closed_form_is_the_sum_of_harmonics() -> None:
    sound = harmonic_source(np.full(40, 250.0), HOP, RATE)
    phase = 2 * np.pi * 250.0 / RATE * np.arange(1, len(sound) + 1)
    highest = RATE / 2 / 250.0 - 1
    plain = sum(np.cos(k * phase) for k in range(1, int(highest) + 1)) / np.sqrt(highest / 2)
    np.testing.assert_allclose(sound, plain, atol=2e-3)


@pytest.mark.parametrize("f0", [70.0, 123.4, 200.0, 401.7])
def test_every_pitch_has_the_same_power(f0: float) -> None:
    sound = harmonic_source(np.full(200, f0), HOP, RATE)
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(1.0, abs=0.02)


def test_the_pitch_is_heard() -> None:
    sound = harmonic_source(np.full(80, 200.0), HOP, RATE)  # one second
    assert np.argmax(np.abs(np.fft.rfft(sound))[1:300]) + 1 == 200


def test_nothing_is_above_half_the_rate_when_the_pitch_glides() -> None:
    f0 = np.linspace(100, 300, 400)
    sound = harmonic_source(f0, HOP, RATE)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= np.sqrt(2 * RATE / 2 / 100) + 1


def test_where_nothing_vibrates_there_is_silence() -> None:
    f0 = np.array([0.0] * 10 + [150.0] * 10 + [0.0] * 10)
    sound = harmonic_source(f0, HOP, RATE)
    assert not sound[: 9 * HOP].any()
    assert not sound[21 * HOP :].any()
    assert sound[12 * HOP : 18 * HOP].std() > 0.5
    assert not harmonic_source(np.zeros(5), HOP, RATE).any()


def test_a_voice_does_not_glide_to_zero_before_it_stops() -> None:
    f0, voicing = f0_of_samples(np.array([0.0, 100.0, 200.0, 0.0]), 4)
    assert f0.min() == 100.0
    assert f0.max() == 200.0
    assert voicing.min() == 0.0


def test_noise_is_the_same_each_time_and_begins_alike() -> None:
    np.testing.assert_array_equal(noise_source(1000), noise_source(2000)[:1000])
    assert noise_source(48_000).std() == pytest.approx(1.0, abs=0.02)


def test_an_empty_sentence_is_no_sound() -> None:
    assert len(harmonic_source(np.zeros(0), HOP, RATE)) == 0
