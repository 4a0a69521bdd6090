"""What a noisy clip should sound like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from allears.parts.mask_labels import MaskLabel, SiSdrGain, si_sdr  # noqa: E402
from allears.stft import NUM_BINS, stft  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

RNG = np.random.default_rng(0)
VOICE = (0.1 * np.sin(2 * np.pi * 440 * np.arange(4_800) / 16_000)).astype(np.float32)
NOISE = (0.05 * RNG.standard_normal(4_800)).astype(np.float32)
SPEECH = {"text": "hello"}


def context(heard: np.ndarray, clean: np.ndarray | None = VOICE, **more: Any) -> LabelContext:
    return LabelContext(len(heard), 15, 0.02, clean=clean, audio=heard, **more)


def test_a_good_mask_gains_many_db_and_one_that_keeps_all_gains_none() -> None:
    target = MaskLabel().collate([MaskLabel().encode(SPEECH, context(VOICE + NOISE))], 15)
    share = np.abs(stft(VOICE)) / (np.abs(stft(VOICE)) + np.abs(stft(NOISE)))
    mask = torch.from_numpy(share).reshape(1, 15, 2 * NUM_BINS).clamp(1e-6, 1 - 1e-6)
    gains = []
    for logits in (torch.logit(mask), torch.full_like(mask, 40.0)):
        metric = SiSdrGain()
        assert metric.compute() is None
        metric.update(logits, target, torch.tensor([15]))
        gains.append(metric.compute())
    assert gains[0] > 10 and abs(gains[1]) < 0.01


def test_loudness_is_no_noise() -> None:
    soft = MaskLabel().encode(SPEECH, context(0.25 * (VOICE + NOISE)))
    plain = MaskLabel().encode(SPEECH, context(VOICE + NOISE))
    np.testing.assert_allclose(soft.clean, 0.25 * plain.clean, atol=1e-6)


def test_of_noise_alone_nothing_is_kept() -> None:
    one = MaskLabel().encode({"noise": "rain"}, context(NOISE, NOISE))
    assert one is not None and not one.clean.any()


def test_the_file_of_the_clip_without_noise_is_what_is_wanted(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "clean.wav", VOICE, 16_000, subtype="FLOAT")
    fields = {**SPEECH, "clean": str(tmp_path / "clean.wav"), "noise": "cafe"}
    wanted = MaskLabel().encode(SPEECH, context(VOICE + NOISE))
    from_file = MaskLabel().encode(fields, context(VOICE + NOISE, VOICE + NOISE))
    np.testing.assert_allclose(from_file.clean, wanted.clean, atol=1e-6)
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


def test_clips_of_different_length_are_filled_up_with_silence() -> None:
    label = MaskLabel()
    ones = [label.encode(SPEECH, context((VOICE + NOISE)[:n], VOICE[:n])) for n in (4_800, 3_000)]
    target = label.collate(ones, 15)
    assert target.heard.shape == target.clean.shape == (2, 4_800)
    assert target.num_samples.tolist() == [4_800, 3_000]
    assert not target.heard[1, 3_000:].any() and not target.clean[1, 3_000:].any()
