"""How far a mask leaves a clip from the clean one."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.mask_losses import mask_error  # noqa: E402
from allears.stft import NUM_BINS, stft  # noqa: E402

RNG = np.random.default_rng(0)
VOICE = (0.1 * np.sin(2 * np.pi * 440 * np.arange(4_800) / 16_000)).astype(np.float32)
NOISE = (0.05 * RNG.standard_normal(4_800)).astype(np.float32)
FRAMES = torch.tensor([15])


def rows(*clips: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.stack(clips))


def logits(mask: np.ndarray | float) -> torch.Tensor:
    values = torch.as_tensor(np.broadcast_to(mask, (30, NUM_BINS)).copy(), dtype=torch.float32)
    return torch.logit(values.clamp(1e-6, 1 - 1e-6)).reshape(1, 15, 2 * NUM_BINS)


def test_the_better_the_mask_the_less_the_loss() -> None:
    ideal = np.abs(stft(VOICE)) / (np.abs(stft(VOICE)) + np.abs(stft(NOISE)))
    losses = [
        float(mask_error(logits(mask), FRAMES, rows(VOICE + NOISE), rows(VOICE)))
        for mask in (ideal, 0.5 + 0.5 * ideal, 1.0, 1.0 - ideal)
    ]
    assert losses == sorted(losses) and losses[0] < losses[1] - 0.05


def test_a_clean_clip_that_is_kept_has_the_least_loss_there_is() -> None:
    kept = float(mask_error(logits(1.0), FRAMES, rows(VOICE), rows(VOICE)))
    assert kept == pytest.approx(-0.02 * 30, abs=0.01), "no spectral error, and SI-SDR at its limit"


def test_of_noise_alone_nothing_is_to_be_kept() -> None:
    silence = np.zeros_like(VOICE)
    losses = [float(mask_error(logits(mask), FRAMES, rows(NOISE), rows(silence))) for mask in (0.0, 0.3, 1.0)]
    assert losses == sorted(losses) and losses[2] == pytest.approx(1.0, abs=0.05)


def test_loudness_changes_nothing() -> None:
    loud = float(mask_error(logits(0.5), FRAMES, rows(VOICE + NOISE), rows(VOICE)))
    soft = float(mask_error(logits(0.5), FRAMES, rows(0.01 * (VOICE + NOISE)), rows(0.01 * VOICE)))
    assert soft == pytest.approx(loud, abs=1e-4)


def test_what_lies_past_a_clip_changes_nothing() -> None:
    alone = mask_error(logits(0.5), FRAMES, rows(VOICE + NOISE), rows(VOICE))
    pad = torch.nn.functional.pad
    longer = mask_error(
        pad(logits(0.5), (0, 0, 0, 9), value=3.0),
        FRAMES,
        pad(rows(VOICE + NOISE), (0, 2_880)),
        pad(rows(VOICE), (0, 2_880)),
    )
    torch.testing.assert_close(longer, alone, atol=1e-4, rtol=0)


def test_the_slope_is_finite_everywhere() -> None:
    for heard, clean in ((VOICE, VOICE), (NOISE, 0 * NOISE), (0 * NOISE, 0 * NOISE)):
        given = torch.full((1, 15, 2 * NUM_BINS), -80.0, requires_grad=True)
        mask_error(given, FRAMES, rows(heard), rows(clean)).sum().backward()
        assert given.grad is not None and torch.isfinite(given.grad).all()
