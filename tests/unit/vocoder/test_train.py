"""A vocoder learns, stops, goes on exactly where it was, and is read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.data.manifest import Clip  # noqa: E402
from allears.vocoder.data import StretchFeed  # noqa: E402
from allears.vocoder.train import VocoderPlan, load_vocoder, train_vocoder  # noqa: E402
from allears.voice_frames import BINS, HOP  # noqa: E402

PLAN = VocoderPlan(num_steps=4, width=8, depth=1, judged_from=3, save_every_steps=2)
CPU = torch.device("cpu")


def _feed(folder: Path, batch_size: int = 1) -> StretchFeed:
    sound = 0.1 * np.random.default_rng(0).standard_normal(24 * HOP)
    soundfile.write(folder / "a.wav", sound, 24_000)
    np.savez(folder / "a.npz", durations=np.array([6, 6]), f0=np.repeat([0.0, 120.0], 12))
    clip = Clip("a", folder / "a.wav", labels={"teacher": str(folder / "a.npz")})
    return StretchFeed([clip], num_frames=16, batch_size=batch_size)


def test_batches_depend_on_the_step_alone(tmp_path: Path) -> None:
    first, again, other = (_feed(tmp_path, 2).batch(step) for step in (3, 3, 4))
    assert first.sound.shape == (2, 16 * HOP) and first.harmonic.shape == (2, 16, 2, BINS)
    assert torch.equal(first.noise, again.noise) and torch.equal(first.mel, again.mel)
    assert not torch.equal(first.noise, other.noise)


def test_going_on_is_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    feed = _feed(tmp_path)
    whole = train_vocoder(feed, tmp_path / "whole", PLAN, CPU)
    half = replace(PLAN, num_steps=4)
    train_vocoder(feed, tmp_path / "half", half, CPU)
    (tmp_path / "half" / "checkpoints" / "step-000004.pt").unlink()  # killed after step 2
    again = train_vocoder(feed, tmp_path / "half", half, CPU)
    read = load_vocoder(tmp_path / "half")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
        assert torch.equal(value, read.state_dict()[name]), name
    with pytest.raises(ValueError, match="take its sizes"):
        train_vocoder(feed, tmp_path / "half", replace(PLAN, width=12), CPU)


def test_clips_without_a_teacher_or_too_short_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none of 1 clips has `teacher`"):
        StretchFeed([Clip("a", tmp_path / "a.wav")])
    feed = _feed(tmp_path)
    feed.num_frames = 99
    with pytest.raises(ValueError, match="has 24 frames, 99 are needed"):
        feed.batch(0)
