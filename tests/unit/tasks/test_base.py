"""A task's loss: the mean over the clips that carry the label, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.batch import Labels  # noqa: E402
from allears.spec import Resolution, TaskSpec  # noqa: E402
from allears.tasks.base import Task  # noqa: E402


def _mean_of_frames(head: Any, features: Any, num_frames: Any, target: Any) -> Any:
    return torch.stack([f[:n].mean() for f, n in zip(features, num_frames.tolist(), strict=True)]) * target


TASK = Task(
    spec=TaskSpec("warmth", Resolution.CLIP, {"kind": "none"}),
    label=None,  # type: ignore[arg-type]  not looked at here
    head=lambda dim: torch.nn.Identity(),
    loss_per_clip=_mean_of_frames,
    metrics=tuple,
)


def test_labelled_clips_alone_are_averaged() -> None:
    features = torch.tensor([[[1.0], [3.0]], [[float("nan")]] * 2, [[5.0], [99.0]]])
    labels = Labels(torch.tensor([1.0, 2.0]), torch.tensor([0, 2]))
    loss = TASK.loss(torch.nn.Identity(), features, torch.tensor([2, 2, 1]), labels)
    assert loss == pytest.approx((2.0 + 10.0) / 2)


def test_nobody_labelled_is_none_and_never_zero() -> None:
    features, frames = torch.zeros(2, 3, 1), torch.tensor([3, 3])
    assert TASK.loss(torch.nn.Identity(), features, frames, None) is None
    nobody = Labels(torch.zeros(0), torch.zeros(0, dtype=torch.int64))
    assert TASK.loss(torch.nn.Identity(), features, frames, nobody) is None


def test_it_is_called_as_its_spec_is() -> None:
    assert TASK.name == "warmth"
