"""MFCC without torch."""

from __future__ import annotations

import numpy as np
import pytest

from allears.hybrid.mfcc import DIM, mfcc


@pytest.mark.parametrize("num_samples", [400, 16_000, 23_456])
def test_it_is_what_the_torch_frontend_makes(num_samples: int) -> None:
    torch = pytest.importorskip("torch")
    from allears.encoders.mfcc import Mfcc

    audio = np.random.default_rng(num_samples).normal(0, 0.1, num_samples).astype(np.float32)
    num_frames = num_samples // 160
    with torch.no_grad():
        theirs = Mfcc()(torch.from_numpy(audio)[None], torch.tensor([num_frames]))[0].T.numpy()
    np.testing.assert_allclose(mfcc(audio), theirs, atol=2e-3)


def test_every_number_has_mean_0_and_variance_1_over_the_clip() -> None:
    found = mfcc(np.random.default_rng(0).normal(0, 0.1, 16_000))
    assert found.shape == (100, DIM)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=0), 1, atol=2e-2)


def test_level_does_not_matter() -> None:
    audio = np.random.default_rng(0).normal(0, 0.1, 8_000)
    np.testing.assert_allclose(mfcc(audio), mfcc(0.1 * audio), atol=1e-3)


@pytest.mark.parametrize("num_samples", [0, 1, 100, 399])
def test_a_clip_shorter_than_a_window_has_finite_frames(num_samples: int) -> None:
    found = mfcc(np.zeros(num_samples, np.float32))
    assert found.shape == (max(1, num_samples // 160), DIM)
    assert np.isfinite(found).all()
