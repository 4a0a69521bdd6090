"""Taking noise away as a task; its parts are tested in test_mask_labels.py."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.stft import NUM_BINS  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.clean import clean  # noqa: E402


def test_the_runtime_gives_it_the_samples() -> None:
    spec = clean(floor_db=-20.0).spec
    assert spec.decode == {"kind": "spectral_mask", "needs_audio": True, "floor_db": -20.0}


def test_the_head_and_the_label_have_two_spectrum_frames_an_encoder_frame() -> None:
    task, audio = clean(hidden=8), np.full(1_601, 0.1, np.float32)
    target = task.label.encode({"text": "a"}, LabelContext(1_601, 6, 0.02, clean=audio, audio=audio))
    assert target.mask.shape == (6, 2 * NUM_BINS)
    assert task.head(16)(torch.randn(1, 6, 16), torch.tensor([6])).shape == (1, 6, 2 * NUM_BINS)
