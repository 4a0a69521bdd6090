"""The distance to a teacher's frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.teacher_frames import teacher_frames  # noqa: E402

CONTEXT = LabelContext(16_000, 5, 0.02)


@pytest.fixture
def teacher(tmp_path: Path) -> dict[str, str]:
    """Eight frames of width 3."""
    frames = np.arange(24, dtype=np.float16).reshape(8, 3) + 1
    np.savez(tmp_path / "t.npz", frames=frames)
    return {"teacher": str(tmp_path / "t.npz")}


def test_frames_of_the_clip_alone(teacher: dict[str, str]) -> None:
    value = teacher_frames().label.encode(teacher, CONTEXT)
    assert value is not None and value.shape == (5, 3)


@pytest.mark.parametrize("more", [{"speed": 1.1, "time_scale": 1 / 1.1}, {"offset_s": 0.1}])
def test_the_teacher_heard_the_clip_as_it_was(teacher: dict[str, str], more: dict[str, float]) -> None:
    assert teacher_frames().label.encode(teacher, LabelContext(16_000, 5, 0.02, **more)) is None  # type: ignore[arg-type]
    assert teacher_frames().label.encode({"text": "hello"}, CONTEXT) is None


def test_distance_is_relative_and_over_frames_both_have(teacher: dict[str, str]) -> None:
    task = teacher_frames()
    one = task.label.encode(teacher, CONTEXT)
    assert one is not None
    target = task.label.collate([one, one[:2]], 7)
    features = torch.full((2, 6, 3), 1e4)
    features[0, :5] = torch.from_numpy(one.astype(np.float32))
    features[1, :2] = 2 * torch.from_numpy(one[:2].astype(np.float32))
    loss = task.loss_per_clip(task.head(3), features, torch.tensor([5, 6]), target)
    torch.testing.assert_close(loss, torch.tensor([0.0, 1.0]))
    (metric,) = task.metrics()
    assert metric.compute() is None
    metric.update(features, target, torch.tensor([5, 6]))
    assert metric.compute() == pytest.approx(0.5)
    assert not task.is_exported
