"""The spectral distance is 0 for the same sound, ignores its sign, and grows with what is wrong."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.vocoder.losses import spectral_distance  # noqa: E402


def test_same_turned_round_and_other() -> None:
    torch.manual_seed(0)
    sound = torch.randn(2, 8_192)
    assert float(spectral_distance(sound, sound)) == 0.0
    assert float(spectral_distance(-sound, sound)) < 1e-6
    near, far = spectral_distance(0.9 * sound, sound), spectral_distance(0.1 * sound, sound)
    assert 0 < float(near) < float(far)
