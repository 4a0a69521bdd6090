"""Log-mel frames against the reference of `transformers`."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.logmel import HOP, LogMel, mel_filters  # noqa: E402


@pytest.mark.parametrize("num_samples", [16_000, 40_123])
def test_values_are_whispers(num_samples: int) -> None:
    whisper = pytest.importorskip(
        "transformers.models.whisper.feature_extraction_whisper", reason="needs transformers, of the extra `test`"
    )
    rng = np.random.default_rng(0)
    time_s = np.arange(num_samples) / 16_000
    audio = 0.3 * np.sin(2 * np.pi * 440 * time_s * (1 + time_s)) + 0.01 * rng.standard_normal(num_samples)
    audio = audio.astype(np.float32)
    extractor = whisper.WhisperFeatureExtractor()
    reference = extractor(audio, sampling_rate=16_000, return_tensors="np", padding=False, truncation=False)
    ours = LogMel()(torch.from_numpy(audio)[None])[0].numpy()
    assert ours.shape == (80, num_samples // HOP)
    np.testing.assert_allclose(ours, reference["input_features"][0][:, : ours.shape[1]], atol=2e-4)


def test_filters_are_triangles_of_slaneys_scale() -> None:
    filters = mel_filters()
    assert filters.shape == (80, 201)
    assert (filters >= 0).all()
    peaks_hz = filters.argmax(axis=1) * 40.0
    assert (np.diff(peaks_hz) >= 0).all() and peaks_hz[-1] < 8_000
    linear = mel_filters(num_mels=14, sample_rate=2_000, n_fft=2_000).argmax(axis=1)  # all below 1 kHz, 1 Hz a bin
    np.testing.assert_allclose(np.diff(linear), 200 / 3, atol=1.0)


def test_level_only_moves_the_floor() -> None:
    """A loud clip and a faint one differ by the level alone: 8 decades below the peak are kept."""
    audio = torch.randn(1, 8_000)
    loud, faint = LogMel()(audio), LogMel()(0.01 * audio)
    torch.testing.assert_close(loud - faint, torch.full_like(loud, 1.0), atol=1e-3, rtol=0)  # 2 * log10(100) / 4
    assert torch.isfinite(LogMel()(torch.zeros(1, 8_000))).all()
