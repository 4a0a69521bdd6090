"""Only hidden phones are asked for, and only where some are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.masked_phones import masked_phones, write_example_spec  # noqa: E402


def test_targets_and_loss(tmp_path: Path) -> None:
    write_example_spec(tmp_path)
    task = masked_phones(spec=str(tmp_path / "voice.json"), hidden=8)
    nothing = LabelContext(4, 4, 1.0)
    assert task.label.encode({"phones": "ab"}, nothing) is None
    some = LabelContext(4, 4, 1.0, hidden=np.array([False, True, False, False]))
    assert task.label.encode({"letters": "xy"}, some) is None
    target = task.label.collate([task.label.encode({"phones": "ab"}, some)], max_frames=4)
    assert target.values[0].tolist() == [[0, 0], [1, 1], [2, 0], [0, 0]]
    torch.manual_seed(0)
    head = task.head(6).eval()
    features = torch.randn(1, 4, 6)
    logits = head(features, torch.tensor([4]))[0, 1]
    wanted = torch.nn.functional.cross_entropy(logits[None], torch.tensor([1]))
    torch.testing.assert_close(task.loss_per_clip(head, features, torch.tensor([4]), target)[0], wanted)
