"""What the phones' network reads."""

from __future__ import annotations

import numpy as np
import pytest

from allears.hybrid.features import listener, with_context
from allears.hybrid.mfcc import DIM
from tests.unit.keywords.conftest import DIRECTIONS, TableParts, audio_of, spec


def test_context_is_the_frames_around_with_the_ends_repeated() -> None:
    found = with_context(np.arange(4.0)[:, None], reach=1)
    np.testing.assert_array_equal(found, [[0, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 3]])


def test_mfcc_with_context() -> None:
    low, high = listener("mfcc")(np.random.default_rng(0).normal(0, 0.1, 8_000).astype(np.float32))
    assert low.shape == (50, DIM)
    assert high.shape == (50, 11 * DIM)
    np.testing.assert_array_equal(high[:, 5 * DIM : 6 * DIM], low)


def test_encoder_frames_come_twice_as_often() -> None:
    low, high = listener("encoder", TableParts(), spec())(audio_of(1, 1, 2, 2))
    assert low.shape == (8, DIM)
    width = DIRECTIONS.shape[1]
    np.testing.assert_allclose(high[:, :width][[0, 2, 4, 6]], DIRECTIONS[[1, 1, 2, 2]], rtol=1e-5)
    np.testing.assert_allclose(high[3, :width], DIRECTIONS[[1, 2]].mean(axis=0), rtol=1e-4)
    np.testing.assert_array_equal(high[:, width:], low)


def test_audio_longer_than_a_window_keeps_every_frame() -> None:
    sounds = np.arange(1_500) % 30
    _, high = listener("encoder", TableParts(), spec())(audio_of(*sounds))
    width = DIRECTIONS.shape[1]
    np.testing.assert_allclose(high[::2, :width], DIRECTIONS[sounds], rtol=1e-4, atol=1e-5)


def test_other_features_are_an_error() -> None:
    with pytest.raises(ValueError, match="encoder, mfcc"):
        listener("plp")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="need a model"):
        listener("encoder")
