"""Before it has learned, the vocoder already gives a sound the spectrum it was told."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.vocoder.data import source_spectra  # noqa: E402
from allears.vocoder.network import VocoderNet, envelope  # noqa: E402
from allears.vocoder.transform import to_sound  # noqa: E402
from allears.voice_frames import BINS, HOP, NUM_MELS, log_mel  # noqa: E402


def _say(mel: np.ndarray, f0: np.ndarray) -> np.ndarray:
    torch.manual_seed(0)
    parts = [torch.from_numpy(x)[None] for x in (mel, f0, *source_spectra(f0, 0))]
    with torch.no_grad():
        return to_sound(VocoderNet(width=8, depth=1)(*parts))[0].numpy()


def test_hiss_gets_the_level_of_every_band() -> None:
    mel = np.linspace(-3, -7, NUM_MELS, dtype=np.float32)[None].repeat(80, axis=0)
    sound = _say(mel, np.zeros(80, np.float32))
    assert sound.shape == (80 * HOP,)
    power = np.exp(2 * log_mel(sound)[5:-5]).mean(axis=0)
    assert np.abs(0.5 * np.log(power) - mel[0])[4:].max() < 0.5  # 4 dB


def test_a_buzz_has_its_pitch() -> None:
    mel = np.full((80, NUM_MELS), -4.0, np.float32)
    sound = _say(mel, np.full(80, 200.0, np.float32))
    lines = np.abs(np.fft.rfft(sound[6_000:18_000]))  # 2 Hz a bin
    assert lines[100] > 20 * lines[150]
    assert lines[1_000] > 5 * lines[1_050]


def test_the_envelope_of_every_frequency_comes_from_bands_that_sum_to_one() -> None:
    matrix, offset = envelope()
    assert matrix.shape == (NUM_MELS, BINS) and offset.shape == (BINS,)
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0, atol=1e-5)
