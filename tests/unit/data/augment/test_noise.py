"""Noise: the ratio is met where something is heard, and a silent clip does not break it."""

from __future__ import annotations

import numpy as np
import pytest

from allears.audio import SAMPLE_RATE
from allears.data.augment.level import active_power, power, to_db
from allears.data.augment.noise import add_noise, fit_length


def _speech_like(rng: np.random.Generator) -> np.ndarray:
    """One second of sound, one of silence, one of sound."""
    sound = rng.normal(0, 0.1, 3 * SAMPLE_RATE)
    sound[SAMPLE_RATE : 2 * SAMPLE_RATE] = 0.0
    return sound.astype(np.float32)


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 7.3, 20.0])
def test_snr_is_met_on_the_active_part(snr_db: float) -> None:
    rng = np.random.default_rng(0)
    clean, noise = _speech_like(rng), rng.normal(0, 0.02, 3 * SAMPLE_RATE).astype(np.float32)
    added = add_noise(clean, noise, snr_db) - clean
    active = np.concatenate([clean[:SAMPLE_RATE], clean[2 * SAMPLE_RATE :]])
    assert to_db(power(active) / power(added)) == pytest.approx(snr_db, abs=0.1)


def test_pauses_do_not_count() -> None:
    clean = _speech_like(np.random.default_rng(1))
    assert active_power(clean) == pytest.approx(0.01, rel=0.05)
    assert power(clean) == pytest.approx(0.01 * 2 / 3, rel=0.05)


def test_a_click_does_not_decide_what_is_active() -> None:
    clean = _speech_like(np.random.default_rng(2))
    clean[100:110] = 1.0
    assert active_power(clean) == pytest.approx(0.01, rel=0.1)


def test_a_silent_clip_gets_quiet_noise() -> None:
    noise = np.random.default_rng(0).normal(0, 1, SAMPLE_RATE).astype(np.float32)
    heard = add_noise(np.zeros(SAMPLE_RATE, np.float32), noise, 10.0)
    assert to_db(power(heard)) == pytest.approx(-40.0, abs=0.1)


def test_silent_noise_changes_nothing() -> None:
    clean = _speech_like(np.random.default_rng(0))
    assert add_noise(clean, np.zeros_like(clean), 0.0) is clean


def test_short_noise_is_looped_and_long_noise_is_cut() -> None:
    rng = np.random.default_rng(0)
    short = np.arange(10, dtype=np.float32)
    looped = fit_length(short, 25, rng)
    assert len(looped) == 25
    assert np.array_equal((looped[1:] - looped[:-1]) % 10, np.ones(24))
    cut = fit_length(np.arange(100, dtype=np.float32), 25, rng)
    assert len(cut) == 25
    assert np.array_equal(np.diff(cut), np.ones(24))
