"""Chunks become the mono samples at 16 kHz that a file of the same audio becomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allears.audio import AudioError, open_audio
from allears.runtime.stream_intake import flush, start_intake, take

RNG = np.random.default_rng(3)


def taken(samples: np.ndarray, rate: int, sizes: Sequence[int]) -> np.ndarray:
    intake, pieces, at = start_intake(rate), [], 0
    while at < len(samples):
        size = sizes[len(pieces) % len(sizes)]
        piece, intake = take(intake, samples[at : at + size])
        pieces, at = [*pieces, piece], at + size
    return np.concatenate([*pieces, flush(intake)])


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_any_chunks_are_as_the_whole(rate: int, channels: int, dtype: type) -> None:
    shape = (rate, channels) if channels > 1 else (rate,)
    samples = RNG.uniform(-0.5, 0.5, shape)
    samples = (samples * 32767).astype(np.int16) if dtype is np.int16 else samples.astype(np.float32)
    with open_audio(samples, sample_rate=rate) as stream:
        expected = stream.read_all()
    whole = taken(samples, rate, [rate])
    assert whole.dtype == np.float32
    assert len(whole) == len(expected) == 16_000
    assert np.abs(whole - expected).max() < 1e-5
    assert np.array_equal(taken(samples, rate, [441, 1, 7, 3000]), whole)


def test_one_sample_at_a_time() -> None:
    samples = RNG.uniform(-0.5, 0.5, 1000).astype(np.float32)
    assert np.array_equal(taken(samples, 16_000, [1]), samples)


def test_a_dead_channel_does_not_halve_the_level() -> None:
    one = RNG.uniform(-0.5, 0.5, 16_000).astype(np.float32)
    assert np.array_equal(taken(np.stack([one, np.zeros_like(one)], axis=1), 16_000, [100]), one)


def test_an_empty_chunk_changes_nothing() -> None:
    intake = start_intake(16_000)
    samples, after = take(intake, np.zeros(0, np.float32))
    assert after is intake
    assert samples.shape == (0,)
    _, begun = take(intake, np.zeros((10, 2), np.float32))
    assert take(begun, np.zeros(0, np.float32))[1] is begun, "an empty chunk may be of any shape"
    assert flush(start_intake(8_000)).shape == (0,)


@pytest.mark.parametrize(
    ("chunk", "says"),
    [
        (np.array([0.0, np.nan]), "1 of 2 samples .* at 0.10 s of the stream"),
        (np.array([0.0, np.inf]), "NaN, infinite"),
        (np.zeros((4, 2)), "2 channels, those before had 1"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.zeros(4, np.bool_), "holds bool"),
        (np.zeros(4, np.complex64), "holds complex64"),
        (b"\0\0", "numpy.frombuffer"),
        ([0.0], "must be a numpy array, got list"),
    ],
)
def test_bad_chunks_are_refused_and_the_stream_goes_on(chunk: np.ndarray, says: str) -> None:
    _, intake = take(start_intake(16_000), np.zeros(1599, np.float32))
    with pytest.raises(AudioError, match=says):
        take(intake, chunk)
    assert len(take(intake, np.ones(1, np.float32))[0]) == 320


@pytest.mark.parametrize("rate", [0, 10, 16_000.0, True, 10**9])
def test_bad_rates_are_refused(rate: int) -> None:
    with pytest.raises(AudioError, match="sample_rate is"):
        start_intake(rate)
