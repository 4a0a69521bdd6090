"""Frames lie where they should, and mean what they say."""

from __future__ import annotations

import numpy as np

from allears.voice_frames import BINS, HOP, NUM_MELS, SAMPLE_RATE, level, log_mel, spectrum


def _sine(hz: float, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def test_one_frame_for_each_whole_hop() -> None:
    sound = _sine(440)[: 10 * HOP + 7]
    assert spectrum(sound).shape == (10, BINS)
    assert log_mel(sound).shape == (10, NUM_MELS)
    assert level(sound).shape == (10,)


def test_a_full_sine_is_at_zero_and_its_level_is_its_root_mean_square() -> None:
    mel = log_mel(_sine(1_000))[20]
    assert abs(mel.max()) < 0.5
    assert mel.min() < -4
    assert abs(level(_sine(1_000))[20] - np.log(np.sqrt(0.5))) < 1e-3


def test_half_as_loud_is_ln_2_lower_and_silence_is_the_floor() -> None:
    sound = _sine(1_000)
    band = log_mel(sound)[20].argmax()
    assert abs(log_mel(sound)[20, band] - log_mel(0.5 * sound)[20, band] - np.log(2)) < 1e-3
    assert np.allclose(log_mel(np.zeros(3 * HOP, np.float32)), np.log(1e-5))
    assert np.allclose(level(np.zeros(3 * HOP, np.float32)), np.log(1e-5))


def test_a_click_is_loudest_in_the_frame_it_falls_into() -> None:
    sound = np.zeros(20 * HOP, np.float32)
    sound[7 * HOP + HOP // 2] = 1.0
    assert log_mel(sound).mean(1).argmax() == 7
