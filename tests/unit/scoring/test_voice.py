"""Distances between two ways to say a sentence, on values that are known."""

from __future__ import annotations

import numpy as np
import pytest

from allears.scoring.voice import (
    SaidFrames,
    VoiceScores,
    cepstra,
    compare_frames,
    distortion_db,
    duration_error_ms,
    f0_error_cents,
    mean_scores,
    phone_error,
    voicing_error,
    warp,
)

BANDS = 80


def _tilted(num_frames: int, depth: float, order: int = 1) -> np.ndarray:
    """Frames whose ln amplitude is depth * cos(pi order (k + 1/2) / M)."""
    return np.tile(depth * np.cos(np.pi * order * (np.arange(BANDS) + 0.5) / BANDS), (num_frames, 1))


def test_a_cosine_over_the_bands_is_one_coefficient() -> None:
    found = cepstra(_tilted(3, 0.7, order=4))
    wanted = np.zeros((3, 13))
    wanted[:, 3] = 0.7
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_loudness_alone_is_no_distortion() -> None:
    frames = _tilted(5, 0.3)
    assert distortion_db(cepstra(frames), cepstra(frames + 2.0)) == pytest.approx(0.0, abs=1e-9)


def test_distortion_is_the_spectra_s_difference_in_db() -> None:
    """One coefficient apart by 1: 10 sqrt(2) / ln 10, and the root mean square of 20 log10 of the amplitudes' ratio."""
    first, second = _tilted(4, 1.0), _tilted(4, 0.0)
    found = distortion_db(cepstra(first), cepstra(second))
    assert found == pytest.approx(10 * np.sqrt(2) / np.log(10))
    assert found == pytest.approx(np.sqrt(np.square(20 / np.log(10) * (first - second)).mean()))


def test_nothing_has_no_distortion() -> None:
    assert distortion_db(np.zeros((0, 13)), np.zeros((0, 13))) is None


def test_what_was_said_twice_as_slowly_is_the_same() -> None:
    rng = np.random.default_rng(0)
    quick = rng.standard_normal((40, 13))
    slow = np.repeat(quick, 2, axis=0)
    t, u = warp(quick, slow)
    assert t[0] == u[0] == 0 and t[-1] == 39 and u[-1] == 79
    assert distortion_db(quick[t], slow[u]) == pytest.approx(0.0, abs=1e-5)


def test_a_way_only_goes_forward_and_is_the_cheapest() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((9, 2)), rng.standard_normal((6, 2))
    t, u = warp(first, second)
    steps = {(int(a), int(b)) for a, b in zip(np.diff(t), np.diff(u), strict=True)}
    assert steps <= {(0, 1), (1, 0), (1, 1)}
    found = float(np.linalg.norm(first[t] - second[u], axis=1).sum())
    assert found == pytest.approx(_plain(first, second), rel=1e-9)


def _plain(first: np.ndarray, second: np.ndarray) -> float:
    """The cheapest way, cell by cell."""
    total = np.full((len(first) + 1, len(second) + 1), np.inf)
    total[0, 0] = 0
    for t, a in enumerate(first, 1):
        for u, b in enumerate(second, 1):
            total[t, u] = np.linalg.norm(a - b) + min(total[t - 1, u], total[t, u - 1], total[t - 1, u - 1])
    return float(total[-1, -1])


def test_no_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="0 frames cannot be compared with 3"):
        warp(np.zeros((0, 13)), np.zeros((3, 13)))


def test_an_octave_is_1200_cents_where_both_are_voiced() -> None:
    said, wanted = np.array([200.0, 0.0, 110.0, 300.0]), np.array([100.0, 120.0, 0.0, 150.0])
    assert f0_error_cents(said, wanted) == pytest.approx(1200.0)
    assert voicing_error(said, wanted) == 0.5
    assert f0_error_cents(np.zeros(2), np.ones(2)) is None
    assert voicing_error(np.zeros(0), np.zeros(0)) is None


def test_durations_are_compared_phone_by_phone() -> None:
    assert duration_error_ms(np.array([4, 2]), np.array([2, 2]), 0.0125) == pytest.approx(12.5)
    with pytest.raises(ValueError, match="durations of 1 and of 2 phones"):
        duration_error_ms(np.array([4]), np.array([2, 2]), 0.0125)


def test_phones_are_counted_over_all_words() -> None:
    assert phone_error(["kæt", "dɔɡ"], ["kæt", "dɔɡz"]) == pytest.approx(1 / 7)
    assert phone_error([], []) is None


def test_a_sentence_and_their_mean() -> None:
    frames = SaidFrames(_tilted(8, 1.0), np.full(8, 120.0), np.array([4, 4]))
    same = compare_frames(frames, frames, 0.0125)
    assert same == VoiceScores(pytest.approx(0.0, abs=1e-6), 0.0, 0.0, 0.0)
    high = SaidFrames(frames.mel, frames.f0 * 2, np.array([6, 2]))
    other = compare_frames(high, frames, 0.0125)
    assert (other.f0_cents, other.duration_ms) == (pytest.approx(1200.0), pytest.approx(25.0))
    mean = mean_scores([same, other, VoiceScores(duration_ms=5.0)])
    assert mean.f0_cents == pytest.approx(600.0) and mean.duration_ms == pytest.approx(10.0)
    assert mean_scores([]) == VoiceScores()
