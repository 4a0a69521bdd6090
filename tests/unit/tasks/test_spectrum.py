"""Spectrum, pitch and level of a sentence out of its sound and the teacher's file; a wrong file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.energy import energy  # noqa: E402
from allears.tasks.pitch import pitch  # noqa: E402
from allears.tasks.spectrum import spectrum  # noqa: E402
from allears.teacher_prosody import MEL, PITCH, read_prosody  # noqa: E402
from allears.voice_frames import HOP, NUM_MELS, log_mel  # noqa: E402


@pytest.fixture
def fields(tmp_path: Path) -> dict[str, Any]:
    read_prosody.cache_clear()
    np.savez(tmp_path / "a.npz", durations=np.array([1, 2, 1]), f0=np.array([0, 0, 100, 100, 200, 200, 0, 0.0]))
    return {"teacher": str(tmp_path / "a.npz")}


def _context(num_frames: int) -> LabelContext:
    sound = 0.1 * np.random.default_rng(0).standard_normal(num_frames * HOP).astype(np.float32)
    return LabelContext(3, 3, 1.0, clean=sound)


def test_frames_and_phones_of_a_sentence(fields: dict[str, Any]) -> None:
    task, context = spectrum(), _context(8)
    assert task.label.encode({}, context) is None
    target = task.label.collate([task.label.encode(fields, context)], max_frames=3)
    assert target.durations.tolist() == [[2, 4, 2]]
    assert target.frames.shape == (1, 8, NUM_MELS + 2)
    assert context.clean is not None
    mel = (log_mel(context.clean) - MEL.mean) / MEL.std
    np.testing.assert_allclose(target.frames[0, :, :NUM_MELS].numpy(), mel, atol=1e-5)
    np.testing.assert_allclose(target.phones.values[0, 1].numpy(), mel[2:6].mean(axis=0), atol=1e-5)
    assert target.frames[0, 3, NUM_MELS].item() == pytest.approx((np.log(100) - PITCH.mean) / PITCH.std, rel=1e-5)
    assert target.frames[0, :, -1].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]


def test_the_other_tasks_read_the_same_file(fields: dict[str, Any]) -> None:
    height, loud = (task.label.encode(fields, _context(8)) for task in (pitch(), energy()))
    assert height is not None and loud is not None
    assert height[:, 1].tolist() == [0, 1, 0]
    assert loud.shape == (3, 1) and 0.5 < float(loud.mean()) < 1.5


@pytest.mark.parametrize(("frames", "why"), [(20, "durations make 8 frames, the sound has 20"), (0, "needs its sound")])
def test_sound_of_another_length_is_refused(fields: dict[str, Any], frames: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        spectrum().label.encode(fields, _context(frames))
