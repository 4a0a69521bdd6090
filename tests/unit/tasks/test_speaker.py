"""Who speaks: classes of voices and speeds."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.speaker import speaker  # noqa: E402


def _context(speed: float = 1.0) -> LabelContext:
    return LabelContext(16_000, 50, 0.02, time_scale=1 / speed, speed=speed)


def test_a_voice_at_another_speed_is_another_voice() -> None:
    label: Any = speaker(names=("bob", "ann", "bob")).label
    heard = [label.encode({"speaker": n}, _context(s)) for s in (1.0, 1.01, 0.9, 1.1) for n in ("ann", "bob")]
    assert [index for index, _ in heard] == [0, 1, 0, 1, 2, 3, 4, 5]
    assert label.encode({"text": "hello"}, _context()) is None


def test_the_head_has_a_prototype_for_each_of_them() -> None:
    task = speaker(names=("bob", "ann"), size=8, hidden=8)
    assert task.head(16).prototypes.shape == (6, 8)
    assert task.is_open_set


def test_strangers_are_told_apart_and_never_taken_for_a_known_voice() -> None:
    label: Any = speaker(names=("ann", "bob")).label
    strangers = [label.encode({"speaker": name}, _context())[0] for name in ("eve", "mallory", "eve")]
    assert strangers[0] == strangers[2] != strangers[1]
    assert min(strangers) >= 6


def test_training_on_a_stranger_is_refused() -> None:
    task = speaker(names=("ann", "bob"), size=8, hidden=8)
    target = task.label.collate([task.label.encode({"speaker": "eve"}, _context())], 20)
    with pytest.raises(ValueError, match="name every training class"):
        task.loss_per_clip(task.head(16), torch.randn(1, 20, 16), torch.tensor([20]), target)
