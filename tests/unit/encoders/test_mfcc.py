"""MFCC against numpy and scipy, and beside other clips.

Letters: M frames, C features.
"""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.encoders.logmel import HOP, N_FFT, mel_filters  # noqa: E402
from allears.encoders.mfcc import Mfcc, cepstral_matrix  # noqa: E402


def _clip(num_samples: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    time_s = np.arange(num_samples) / 16_000
    chirp = 0.3 * np.sin(2 * np.pi * 300 * time_s * (1 + 3 * time_s))
    return (chirp + 0.01 * rng.standard_normal(num_samples)).astype(np.float32)


def _reference(audio: np.ndarray, num_deltas: int, lifter: int) -> np.ndarray:
    """(C, M) step by step in 64 bit, with the transforms of numpy and scipy."""
    fft = pytest.importorskip("scipy.fft", reason="needs scipy, which scikit-learn of the extra `train` brings")
    padded = np.pad(audio.astype(np.float64), N_FFT // 2, mode="reflect")
    num_frames = len(audio) // HOP
    window = np.hanning(N_FFT + 1)[:-1]
    frames = np.stack([padded[t * HOP : t * HOP + N_FFT] * window for t in range(num_frames)])
    mel = np.maximum(np.abs(np.fft.rfft(frames)) ** 2 @ mel_filters(40).T.astype(np.float64), 1e-10)
    cepstra = fft.dct(np.log(mel), type=2, norm="ortho")[:, :13].T
    if lifter:
        cepstra *= (1 + lifter / 2 * np.sin(np.pi * np.arange(13) / lifter))[:, None]
    parts = [cepstra]
    for _ in range(num_deltas):
        edged = np.pad(parts[-1], ((0, 0), (2, 2)), mode="edge")
        at = lambda shift, edged=edged: edged[:, 2 + shift : 2 + shift + num_frames]  # noqa: E731
        parts.append((at(1) - at(-1) + 2 * (at(2) - at(-2))) / 10)
    features = np.concatenate(parts)
    return (features - features.mean(1, keepdims=True)) / np.sqrt(features.var(1, keepdims=True) + 1e-5)


@pytest.mark.parametrize(("num_deltas", "lifter"), [(0, 0), (0, 22), (2, 22)])
def test_values_are_those_of_the_formulas(num_deltas: int, lifter: int) -> None:
    audio = _clip(16_000)
    mfcc = Mfcc(lifter=lifter, num_deltas=num_deltas)
    ours = mfcc(torch.from_numpy(audio)[None], torch.tensor([100]))[0].numpy()
    assert ours.shape == (mfcc.dim, 100) == (13 * (1 + num_deltas), 100)
    np.testing.assert_allclose(ours, _reference(audio, num_deltas, lifter), atol=2e-3)


def test_the_matrix_is_orthonormal_and_lifted() -> None:
    plain, lifted = cepstral_matrix(40, 40, 0), cepstral_matrix(13, 40, 22)
    np.testing.assert_allclose(plain @ plain.T, np.eye(40), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(lifted, axis=1)[[0, 11]], [1.0, 12.0], rtol=1e-5)


def test_deltas_are_slopes() -> None:
    """A coefficient that rises by 3 a frame has the rate 3, less where an edge is repeated."""
    from allears.encoders.mfcc import _deltas

    ramp = 3.0 * torch.arange(10.0).expand(1, 1, 10)
    rates = _deltas(ramp, torch.tensor([8]))[0, 0]
    torch.testing.assert_close(rates[2:6], torch.full((4,), 3.0))
    torch.testing.assert_close(rates[0], torch.tensor(3.0 * (1 + 4) / 10))
    torch.testing.assert_close(rates[7], torch.tensor(3.0 * (1 + 4) / 10))  # frame 8 is padding: frame 7 is repeated


@torch.no_grad()
def test_padding_changes_nothing_and_is_zero() -> None:
    mfcc, audio = Mfcc(), torch.from_numpy(_clip(8_000))
    alone = mfcc(audio[None], torch.tensor([40]))[0]
    noisy = torch.cat([audio[:6_800], 0.1 * torch.randn(9_200)])[None]  # frame 39 ends at sample 6440
    beside = mfcc(noisy, torch.tensor([40]))[0]
    torch.testing.assert_close(beside[:, :40], alone[:, :40], atol=1e-4, rtol=1e-4)
    assert beside[:, 40:].abs().max() == 0
    torch.testing.assert_close(alone[:, :40].mean(1), torch.zeros(39), atol=1e-4, rtol=0)
    torch.testing.assert_close(alone[:, :40].var(1, correction=0), torch.ones(39), atol=2e-2, rtol=0)


def test_silence_is_finite() -> None:
    assert torch.isfinite(Mfcc()(torch.zeros(1, 1_600), torch.tensor([10]))).all()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"from 1 to num_mels \(40\), got 41"):
        Mfcc(num_coefficients=41)
    with pytest.raises(ValueError, match="0, 1 or 2, got 3"):
        Mfcc(num_deltas=3)
