"""The inverse transform is numpy's, with gradients."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.vocoder.transform import magnitudes, to_sound  # noqa: E402
from allears.voice_frames import HOP, spectrum  # noqa: E402


def test_a_sound_comes_back_from_its_spectrum() -> None:
    sound = np.random.default_rng(0).standard_normal(20 * HOP).astype(np.float32)
    found = spectrum(sound)
    parts = torch.from_numpy(np.stack([found.real, found.imag], axis=1))[None].requires_grad_()
    back = to_sound(parts)
    np.testing.assert_allclose(back[0].detach().numpy(), sound, atol=1e-5)
    back.square().sum().backward()
    assert parts.grad is not None and parts.grad.abs().sum() > 0


def test_silence_has_a_slope() -> None:
    silence = torch.zeros(1, 4_096, requires_grad=True)
    magnitudes(silence, 512, 128).log().sum().backward()
    assert silence.grad is not None and bool(silence.grad.isfinite().all())
