"""A teacher beside labels: who has which, and how far a student is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.labels import ClassLabel  # noqa: E402
from allears.parts.soft_labels import SoftLabel, SoftTarget, soft_distance  # noqa: E402
from allears.tasks.base import LabelContext  # noqa: E402

CONTEXT = LabelContext(num_samples=3200, num_frames=10, frame_shift_s=0.02)


class _Says(torch.nn.Module):
    """A head that says the same whatever it reads."""

    def __init__(self, output: torch.Tensor) -> None:
        super().__init__()
        self.output = output

    def forward(self, features: torch.Tensor, num_frames: torch.Tensor) -> torch.Tensor:
        return self.output


def _teacher(folder: Path, logits: np.ndarray) -> str:
    np.savez(folder / "t.npz", **{"logits-mood": logits})
    return str(folder / "t.npz")


def test_a_clip_may_have_a_label_a_teacher_both_or_neither(tmp_path: Path) -> None:
    label = SoftLabel(ClassLabel("mood", ("sad", "glad")), "mood")
    teacher = _teacher(tmp_path, np.array([1.0, 2.0], np.float32))
    clips = [{"mood": "glad"}, {"teacher": teacher}, {"mood": "sad", "teacher": teacher}]
    target = label.collate([label.encode(clip, CONTEXT) for clip in clips], 10)
    assert (target.hard_rows.tolist(), target.soft_rows.tolist()) == ([0, 2], [1, 2])
    assert target.hard.tolist() == [1, 0] and target.soft.tolist() == [[1.0, 2.0]] * 2
    assert label.encode({}, CONTEXT) is None
    faster = LabelContext(num_samples=3200, num_frames=10, frame_shift_s=0.02, speed=1.1)
    assert label.encode({"teacher": teacher}, faster) is None, "the teacher heard it slower"


def _target(soft: torch.Tensor, frames: int = 0) -> SoftTarget:
    rows = torch.arange(len(soft))
    return SoftTarget(torch.zeros(0, dtype=torch.int64), None, rows, soft, torch.full((len(soft),), frames))


def _far(said: torch.Tensor, target: SoftTarget, *, is_unit: bool = False, frames: int = 4) -> list[float]:
    features, count = torch.zeros(len(said), frames, 3), torch.full((len(said),), frames)
    return soft_distance(_Says(said), features, count, target, temperature=2.0, is_unit=is_unit).tolist()


def test_the_distance_is_hintons() -> None:
    soft, said = torch.tensor([[2.0, -1.0, 0.0]]), torch.tensor([[0.5, 0.5, 0.0]])
    p, q = (soft / 2).softmax(-1), (said / 2).softmax(-1)
    assert _far(said, _target(soft)) == pytest.approx([4 * float((p * (p / q).log()).sum())], abs=1e-6)
    assert _far(soft, _target(soft)) == pytest.approx([0.0], abs=1e-6)


def test_frames_past_the_teachers_do_not_count() -> None:
    soft = torch.zeros(1, 4, 2)
    said = torch.zeros(1, 4, 2)
    said[0, 2:] = torch.tensor([9.0, -9.0])
    assert _far(said, _target(soft, frames=2)) == pytest.approx([0.0], abs=1e-6)
    assert _far(said, _target(soft, frames=4))[0] > 1.0


def test_embeddings_are_compared_by_their_angle() -> None:
    soft = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert _far(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), _target(soft), is_unit=True) == [0.0, 1.0]
