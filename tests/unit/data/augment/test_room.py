"""Rooms: labels stay in time, levels stay comparable."""

from __future__ import annotations

import numpy as np
import pytest

from allears.audio import SAMPLE_RATE
from allears.data.augment.level import power
from allears.data.augment.room import convolve_room, fast_length, prepare_room


def _response(delay: int, length: int = 8000) -> np.ndarray:
    """A direct sound after `delay` samples and an exponential tail."""
    rng = np.random.default_rng(3)
    tail = rng.normal(0, 0.05, length) * np.exp(-np.arange(length) / 1500)
    tail[:delay] = 0.0
    tail[delay] = 0.9
    return tail.astype(np.float32)


@pytest.mark.parametrize("delay", [0, 5, 700])
def test_direct_sound_stays_in_place(delay: int) -> None:
    clip = np.zeros(SAMPLE_RATE, np.float32)
    clip[[3000, 9000]] = 1.0
    wet = convolve_room(clip, _response(delay))
    assert len(wet) == len(clip)
    assert set(np.argsort(np.abs(wet))[-2:]) == {3000, 9000}


def test_onset_of_noise_burst_is_not_moved() -> None:
    rng = np.random.default_rng(0)
    clip = np.zeros(SAMPLE_RATE, np.float32)
    clip[4000:8000] = rng.normal(0, 0.1, 4000)
    wet = convolve_room(clip, _response(400))
    lags = np.arange(-50, 51)
    match = [float(np.dot(np.roll(wet, -lag), clip)) for lag in lags]
    assert lags[int(np.argmax(match))] == 0


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_a_clip_is_as_loud_as_it_was(scale: float) -> None:
    clip = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    wet = convolve_room(clip, _response(20) * np.float32(scale))
    assert power(wet) == pytest.approx(power(clip), rel=1e-3)


def test_it_is_a_convolution() -> None:
    rng = np.random.default_rng(0)
    clip, response = rng.normal(0, 0.1, 500).astype(np.float32), _response(10, 300)
    kept, direct = prepare_room(response)
    expected = np.convolve(clip, kept)[direct : direct + 500]
    expected *= np.sqrt(power(clip) / power(expected))
    np.testing.assert_allclose(convolve_room(clip, response), expected, atol=1e-6)


def test_inaudible_tail_is_cut() -> None:
    kept, _ = prepare_room(np.pad(_response(0), (0, 50_000)))
    assert len(kept) <= 8000


def test_a_silent_response_is_refused() -> None:
    with pytest.raises(ValueError, match="without any sound"):
        prepare_room(np.zeros(10, np.float32))


@pytest.mark.parametrize("at_least", [1, 2, 7, 31, 97, 1000, 16001, 575_003])
def test_fast_length_is_smooth_and_close(at_least: int) -> None:
    size = fast_length(at_least)
    assert at_least <= size <= 1.2 * at_least + 1
    for factor in (2, 3, 5):
        while size % factor == 0:
            size //= factor
    assert size == 1
