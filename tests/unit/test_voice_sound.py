"""Speech is read at 24 kHz, from any rate, and any part of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from allears.voice_sound import read_sound


def test_parts_channels_and_rates(tmp_path: Path) -> None:
    ramp = np.linspace(-0.5, 0.5, 24_000, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", np.stack([ramp, -ramp * 0], axis=1), 24_000, subtype="FLOAT")
    np.testing.assert_allclose(read_sound(tmp_path / "a.wav"), ramp / 2, atol=1e-6)
    np.testing.assert_allclose(read_sound(tmp_path / "a.wav", 0.5, 0.25), ramp[12_000:18_000] / 2, atol=1e-6)
    soundfile.write(tmp_path / "b.wav", ramp, 8_000, subtype="FLOAT")
    assert len(read_sound(tmp_path / "b.wav")) == 72_000
