"""What a noisy clip should sound like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from allears.mask_labels import (  # noqa: E402
    MaskLabel,
    SiSdrGain,
    masked_spectrum_error,
    phase_sensitive_mask,
    si_sdr,
)
from allears.stft import NUM_BINS  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

RNG = np.random.default_rng(0)
VOICE = (0.1 * np.sin(2 * np.pi * 440 * np.arange(4_800) / 16_000)).astype(np.float32)
NOISE = (0.05 * RNG.standard_normal(4_800)).astype(np.float32)
SPEECH = {"text": "hello"}


def context(heard: np.ndarray, clean: np.ndarray | None = VOICE, **more: Any) -> LabelContext:
    return LabelContext(len(heard), 15, 0.02, clean=clean, audio=heard, **more)


def logits_of(target: Any) -> Any:
    return torch.logit(target.mask.clamp(1e-6, 1 - 1e-6))


def test_the_mask_is_the_projection_cut_to_0_and_1() -> None:
    heard = np.array([[2.0 + 0j, 1j, 1 + 0j, 0j]])
    clean = np.array([[1.0 + 0j, 1.0 + 0j, 3 + 0j, 1j]])
    assert phase_sensitive_mask(clean, heard).tolist() == [[0.5, 0.0, 1.0, 0.0]]


def test_the_mask_of_a_clip_gains_many_db_and_its_loss_is_least() -> None:
    one = MaskLabel().encode(SPEECH, context(VOICE + NOISE))
    target = MaskLabel().collate([one], 15)
    metric = SiSdrGain()
    assert metric.compute() is None
    metric.update(logits_of(target), target, torch.tensor([15]))
    assert metric.compute() is not None and metric.compute() > 10
    frames = torch.tensor([15])
    at_target = masked_spectrum_error(_Fixed(logits_of(target)), torch.zeros(1, 15, 1), frames, target)
    at_half = masked_spectrum_error(_Fixed(torch.zeros(1, 15, 2 * NUM_BINS)), torch.zeros(1, 15, 1), frames, target)
    assert float(at_target) < 1e-9 < float(at_half)


def test_loudness_is_no_noise() -> None:
    soft = MaskLabel().encode(SPEECH, context(0.25 * (VOICE + NOISE)))
    plain = MaskLabel().encode(SPEECH, context(VOICE + NOISE))
    np.testing.assert_allclose(soft.mask, plain.mask, atol=1e-4)


def test_of_noise_alone_nothing_is_kept() -> None:
    one = MaskLabel().encode({"noise": "rain"}, context(NOISE, NOISE))
    assert one is not None and not one.mask.any()


def test_the_file_of_the_clip_without_noise_is_what_is_wanted(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "clean.wav", VOICE, 16_000, subtype="FLOAT")
    fields = {**SPEECH, "clean": str(tmp_path / "clean.wav"), "noise": "cafe"}
    wanted = MaskLabel().encode(SPEECH, context(VOICE + NOISE))
    from_file = MaskLabel().encode(fields, context(VOICE + NOISE, VOICE + NOISE))
    np.testing.assert_allclose(from_file.mask, wanted.mask, atol=1e-4)
    assert MaskLabel().encode(fields, context(VOICE + NOISE, speed=1.1, time_scale=1 / 1.1)) is None


def test_absence() -> None:
    assert MaskLabel().encode({}, context(VOICE)) is None
    assert MaskLabel().encode(SPEECH, context(VOICE, None)) is None
    assert MaskLabel().encode(SPEECH, context(VOICE, np.zeros_like(VOICE))) is None, "nothing in it to keep"


def test_another_frame_rate_is_told() -> None:
    with pytest.raises(ValueError, match="choose an encoder of 50 frames a second"):
        MaskLabel().encode(SPEECH, LabelContext(4_800, 8, 0.04, clean=VOICE, audio=VOICE))


def test_si_sdr_does_not_hear_loudness() -> None:
    noise = NOISE - VOICE * float(NOISE @ VOICE) / float(VOICE @ VOICE)  # nothing of the voice in it
    expected = 10 * np.log10(float(VOICE @ VOICE) / float(noise @ noise))
    assert si_sdr(VOICE + noise, VOICE) == pytest.approx(expected, abs=0.01)
    assert si_sdr(3 * (VOICE + noise), VOICE) == pytest.approx(expected, abs=0.01)


class _Fixed(torch.nn.Module):
    def __init__(self, logits: Any) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, features: Any, num_frames: Any) -> Any:
        return self.logits
