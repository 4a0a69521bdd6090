"""Voice activity as a task."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.decode.segments import SegmentOptions  # noqa: E402
from allears.spec import Resolution  # noqa: E402
from allears.tasks.speech import speech  # noqa: E402


def test_the_runtime_understands_every_option() -> None:
    task = speech(threshold=0.7)
    assert task.spec.resolution is Resolution.FRAME
    assert SegmentOptions.of(task.spec.decode).threshold == 0.7
    assert set(task.spec.decode) == {"kind", *vars(SegmentOptions())}


def test_one_number_a_frame() -> None:
    assert speech(hidden=8).head(16)(torch.randn(2, 30, 16), torch.tensor([30, 20])).shape == (2, 30, 1)
