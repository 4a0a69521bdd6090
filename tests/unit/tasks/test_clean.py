"""Taking noise away as a task; its parts are tested in test_mask_labels.py, test_mask_losses.py, test_clean_head.py."""

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


def test_head_label_loss_and_metric_fit_together() -> None:
    task, audio = clean(hidden=8), 0.1 * np.random.default_rng(0).standard_normal(1_601).astype(np.float32)
    heard = audio + 0.05 * np.random.default_rng(1).standard_normal(1_601).astype(np.float32)
    one = task.label.encode({"text": "a"}, LabelContext(1_601, 6, 0.02, clean=audio, audio=heard))
    target, head = task.label.collate([one], 6), task.head(16).eval()
    features, frames = torch.randn(1, 6, 16), torch.tensor([6])
    output = head(features, frames, target.heard)
    assert output.shape == (1, 6, 2 * NUM_BINS)
    assert task.loss_per_clip(head, features, frames, target).shape == (1,)
    (metric,) = task.metrics()
    metric.update(output.detach(), target, frames)
    assert np.isfinite(metric.compute())
