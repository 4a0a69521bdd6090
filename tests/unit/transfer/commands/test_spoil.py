from __future__ import annotations

import numpy as np
import pytest

from allears.transfer.commands.spoil import Spoiler, pink_noise, room

TONE = np.sin(np.arange(16_000) / 5).astype(np.float32)


def test_the_same_generator_spoils_the_same_way() -> None:
    spoiler = Spoiler([TONE], [np.random.default_rng(1).normal(0, 1, 5000).astype(np.float32)])
    one, two = (spoiler.spoil(TONE, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.dtype == np.float32
    assert 16_000 + 2 * 1_600 <= len(one) <= 16_000 + 2 * 9_600
    assert not np.array_equal(one, spoiler.spoil(TONE, np.random.default_rng(8)))


def test_every_kind_of_noise_is_heard_and_finite() -> None:
    for clips in ([], [TONE]):
        spoiler = Spoiler(clips)
        spoilt = [spoiler.spoil(TONE, np.random.default_rng(seed)) for seed in range(20)]
        assert all(np.isfinite(one).all() and np.abs(one).max() > 0 for one in spoilt)


def test_pink_noise_falls_by_3_db_an_octave() -> None:
    power = np.square(np.abs(np.fft.rfft(pink_noise(1 << 16, np.random.default_rng(0)))))
    low, high = power[200:400].mean(), power[1600:3200].mean()
    assert low / high == pytest.approx(8.0, rel=0.2)


def test_a_room_dies_away() -> None:
    response = room(0.4, 6.0, np.random.default_rng(0))
    assert response[0] == 1.0
    assert np.square(response[1:]).sum() == pytest.approx(10**-0.6, rel=1e-3)
    early, late = np.square(response[1:640]).sum(), np.square(response[3200:3840]).sum()
    assert 10 * np.log10(early / late) == pytest.approx(30.0, abs=2.0), "60 dB in 0.4 s"
