from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.parts.turn_labels import sets_of  # noqa: E402
from allears.parts.turn_metrics import LocalErrorRate, OverlapF1  # noqa: E402

CLASSES = sets_of(3, 2)
NONE, A, B, C, AB = range(5)


def _sure(*said: int) -> torch.Tensor:
    return 20.0 * torch.nn.functional.one_hot(torch.tensor([said]), len(CLASSES)).float()


def _talks(*names: str) -> torch.Tensor:
    return torch.tensor([[[float(who in name) for who in "xyz"] for name in names]])


def test_local_errors_are_counted_under_the_best_order() -> None:
    metric = LocalErrorRate(CLASSES)
    assert metric.compute() is None
    # called otherwise, one of two at once missed, one false alarm; the frames past the end are not heard
    metric.update(_sure(B, B, B, A, A, A), _talks("x", "x", "xy", "", "y", "x"), torch.tensor([5]))
    assert metric.compute() == pytest.approx(2 / 5)
    metric.update(_sure(A, A, B, B), _talks("x", "x", "x", "y"), torch.tensor([4]))
    assert metric.compute() == pytest.approx((2 + 1) / 9)


def test_overlap_is_found_or_not() -> None:
    metric = OverlapF1(CLASSES)
    assert metric.compute() is None
    metric.update(_sure(A, AB, AB, B), _talks("x", "xz", "x", "yz"), torch.tensor([4]))
    assert metric.compute() == pytest.approx(0.5)
