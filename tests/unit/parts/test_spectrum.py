"""The spectrum of tensors is that of numpy."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.spectrum import Spectrum, spectrum_of  # noqa: E402
from allears.stft import stft  # noqa: E402

AUDIO = (0.1 * np.random.default_rng(0).standard_normal((2, 1_601))).astype(np.float32)
WANTED = np.stack([stft(row) for row in AUDIO])  # 11 frames of a clip


def test_the_fast_one_and_the_exported_one_are_numpys() -> None:
    audio, num_frames = torch.from_numpy(AUDIO), WANTED.shape[1]
    np.testing.assert_allclose(spectrum_of(audio, num_frames).numpy(), WANTED, atol=1e-4)
    real, imaginary = Spectrum().parts(audio, num_frames)
    spread = float(np.abs(WANTED).std())
    np.testing.assert_allclose(real.numpy() + 1j * imaginary.numpy(), WANTED, atol=2e-3 * spread)  # a basis of 16 bit


def test_frames_past_the_end_are_silent_and_fewer_frames_are_the_first() -> None:
    audio = torch.from_numpy(AUDIO)
    assert float(spectrum_of(audio, 20)[:, 14:].abs().max()) == 0.0
    np.testing.assert_allclose(spectrum_of(audio, 4).numpy(), WANTED[:, :4], atol=1e-4)
    assert float(Spectrum().magnitude(audio, 20)[:, 14:].max()) < 1e-4


def test_the_slope_of_silence_is_finite() -> None:
    audio = torch.zeros(1, 800, requires_grad=True)
    Spectrum().magnitude(audio, 5).sum().backward()
    assert audio.grad is not None and torch.isfinite(audio.grad).all()
