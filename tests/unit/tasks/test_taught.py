"""A task with a teacher: its own loss without one, the teacher's without a label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.tasks import TASKS  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

CONTEXT = LabelContext(num_samples=3200, num_frames=10, frame_shift_s=0.02)


def _losses(soft: float, clips: list[dict[str, str]]) -> list[float]:
    task = TASKS["taught"](name="gender", hidden=8, soft=soft)
    torch.manual_seed(0)
    head = task.head(4).eval()
    target = task.label.collate([task.label.encode(clip, CONTEXT) for clip in clips], 10)
    features = torch.randn(1, 10, 4).expand(len(clips), 10, 4)
    return task.loss_per_clip(head, features, torch.full((len(clips),), 10), target).tolist()


def test_label_and_teacher_are_weighed(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", **{"logits-gender": np.array([3.0, -3.0], np.float32)})
    label, teacher = {"gender": "male"}, {"teacher": str(tmp_path / "t.npz")}
    hard, soft, both = _losses(0.25, [label, teacher, label | teacher])
    assert hard > 0 and soft > 0 and hard != pytest.approx(soft)
    assert both == pytest.approx(0.75 * hard + 0.25 * soft, rel=1e-5)


def test_without_a_teacher_it_is_the_task_itself() -> None:
    own = TASKS["gender"](hidden=8)
    torch.manual_seed(0)
    head = own.head(4).eval()
    value = own.label.collate([own.label.encode({"gender": "male"}, CONTEXT)], 10)
    wanted = own.loss_per_clip(head, torch.randn(1, 10, 4), torch.tensor([10]), value)
    assert _losses(0.7, [{"gender": "male"}]) == pytest.approx(wanted.tolist(), rel=1e-5)


def test_a_task_may_have_another_name() -> None:
    task = TASKS["taught"](name="transcribe", of="ctc", units=("ab",), hidden=8)
    assert (task.name, task.spec.decode["kind"]) == ("transcribe", "ctc")


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(ValueError, match="use its own kind"):
        TASKS["taught"](name="clean")
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        TASKS["taught"](name="gender", soft=2.0)
