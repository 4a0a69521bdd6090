"""The short-time Fourier transform and its inverse."""

import numpy as np
import pytest

from allears.stft import HOP, N_FFT, NUM_BINS, istft, stft


@pytest.mark.parametrize("num_samples", [1, 159, 160, 161, 512, 16_000, 33_333])
def test_it_comes_back_as_it_was(num_samples: int) -> None:
    audio = np.random.default_rng(0).standard_normal(num_samples).astype(np.float32)
    spectrum = stft(audio)
    assert spectrum.shape == (-(-num_samples // HOP), NUM_BINS)
    np.testing.assert_allclose(istft(spectrum, num_samples), audio, atol=1e-5)


def test_no_samples() -> None:
    assert stft(np.zeros(0)).shape == (0, NUM_BINS)
    assert istft(np.zeros((0, NUM_BINS)), 0).shape == (0,)


def test_a_frame_is_centred_in_its_10_ms() -> None:
    audio = np.zeros(1_600)
    audio[5 * HOP + HOP // 2] = 1.0
    assert np.abs(stft(audio)).sum(axis=1).argmax() == 5


def test_it_is_the_transform_that_torch_computes() -> None:
    torch = pytest.importorskip("torch")
    audio = np.random.default_rng(1).standard_normal(4_000)
    padded = torch.nn.functional.pad(torch.from_numpy(audio), ((N_FFT - HOP) // 2, N_FFT))
    window = torch.hann_window(N_FFT, dtype=torch.float64)
    theirs = torch.stft(padded, N_FFT, HOP, window=window, center=False, return_complex=True).T[: len(stft(audio))]
    np.testing.assert_allclose(stft(audio), theirs.numpy(), atol=1e-5)


@pytest.mark.parametrize(("n_fft", "hop"), [(1024, 300), (1200, 300), (2048, 300), (512, 160)])
def test_frames_of_other_sizes_give_the_samples_back(n_fft: int, hop: int) -> None:
    audio = np.random.default_rng(1).standard_normal(hop * 20, np.float32)
    spectrum = stft(audio, n_fft, hop)
    assert spectrum.shape == (20, n_fft // 2 + 1)
    np.testing.assert_allclose(istft(spectrum, len(audio), n_fft, hop), audio, atol=1e-4)
