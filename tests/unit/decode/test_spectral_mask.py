"""A mask on the spectrum becomes sound."""

import numpy as np
import pytest

from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.decode.spectral_mask import apply_mask
from allears.formats.plain import plain
from allears.spec import ModelSpec, Resolution, TaskSpec
from allears.stft import N_FFT, NUM_BINS

MODEL = ModelSpec("m", "1", 16_000, 0.02, 0.0, 29.0, 1, 1)
TASK = TaskSpec("clean", Resolution.FRAME, {"kind": "spectral_mask", "needs_audio": True, "floor_db": -40.0})


def tone(hz: float, num_samples: int = 8_000) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(num_samples) / 16_000)).astype(np.float32)


def test_a_mask_that_keeps_all_changes_nothing() -> None:
    audio = np.random.default_rng(0).standard_normal(5_001).astype(np.float32)
    np.testing.assert_allclose(apply_mask(audio, np.full((16, 2 * NUM_BINS), 40.0)), audio, atol=1e-5)


def test_what_is_masked_is_gone_and_the_rest_is_as_it_was() -> None:
    low, high = tone(500.0), tone(5_000.0)
    logits = np.where(np.arange(NUM_BINS) * 16_000 / N_FFT < 2_000, 40.0, -40.0)
    cleaned = apply_mask(low + high, np.tile(logits, (25, 2)))
    np.testing.assert_allclose(cleaned[600:-600], low[600:-600], atol=1e-3)


def test_the_answer_is_as_long_as_the_clip_and_no_quieter_than_the_floor() -> None:
    pieces = [tone(500.0, 3_200), tone(500.0, 1_777)]
    windows = [WindowOutput(0.0, len(p) / 16_000, np.full((10, 2 * NUM_BINS), -40.0), audio=p) for p in pieces]
    audio = DECODES["spectral-mask"](windows, TASK, MODEL)
    assert audio.samples.dtype == np.float32 and audio.sample_rate == 16_000
    np.testing.assert_allclose(audio.samples, 0.01 * np.concatenate(pieces), atol=1e-6)  # no click at the cut
    assert plain(audio) == {"duration": round(4_977 / 16_000, 3), "sample_rate": 16_000}


def test_where_a_clip_is_cut_cannot_be_heard() -> None:
    rng = np.random.default_rng(0)
    audio, logits = rng.standard_normal(9_600).astype(np.float32), rng.standard_normal((30, 2 * NUM_BINS))
    windows = [
        WindowOutput(s * 0.02, (e - s) * 0.02, logits[s:e], audio=audio[s * 320 : e * 320])
        for s, e in ((0, 12), (12, 13), (13, 30))
    ]
    cut = DECODES["spectral-mask"](windows, TASK, MODEL).samples
    whole = apply_mask(audio, logits, 0.01)
    np.testing.assert_allclose(cut[: 11 * 320], whole[: 11 * 320], atol=1e-5)
    np.testing.assert_allclose(cut[15 * 320 :], whole[15 * 320 :], atol=1e-5)
    two = [windows[0], WindowOutput(0.24, 0.36, logits[12:], audio=audio[12 * 320 :])]
    np.testing.assert_allclose(DECODES["spectral-mask"](two, TASK, MODEL).samples, whole, atol=1e-5)


def test_a_window_that_ends_within_a_frame_must_be_the_last() -> None:
    window = WindowOutput(0.0, 0.1, np.zeros((6, 2 * NUM_BINS)), audio=tone(500.0, 1_777))
    with pytest.raises(ValueError, match="whole frames of 320 samples"):
        DECODES["spectral-mask"]([window, window], TASK, MODEL)


def test_no_window_is_no_sound() -> None:
    assert len(DECODES["spectral-mask"]([], TASK, MODEL).samples) == 0


@pytest.mark.parametrize("shape", [(9, 2 * NUM_BINS), (10, NUM_BINS)])
def test_a_mask_that_does_not_fit_is_told(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit 3200 samples"):
        apply_mask(tone(500.0, 3_200), np.zeros(shape))
