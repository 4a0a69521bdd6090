"""Numbers of tasks that speak about clips or about frames alike."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from allears.parts.row_metrics import Concordance, MeanAbsoluteError, MeanAveragePrecision, RowAccuracy  # noqa: E402
from allears.parts.span_labels import FrameTarget  # noqa: E402

CLIPS = torch.tensor([1, 1])


def test_nothing_seen_is_none() -> None:
    assert [m().compute() for m in (Concordance, MeanAbsoluteError, MeanAveragePrecision, RowAccuracy)] == [None] * 4


def test_only_labelled_frames_of_the_clip_count() -> None:
    """The second frame is unlabelled, the fourth is padding; of the other two, one is right."""
    output = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]])
    value = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]])
    metric = RowAccuracy()
    metric.update(output, FrameTarget(value, torch.tensor([[1.0, 0.0, 1.0, 1.0]])), torch.tensor([3]))
    assert metric.compute() == 0.5


def test_mean_average_precision_leaves_out_what_is_never_the_case() -> None:
    metric = MeanAveragePrecision()
    output = torch.tensor([[0.9, 0.1, 0.0], [0.8, 0.9, 0.0], [0.1, 0.5, 0.0]])
    metric.update(output, torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), torch.tensor([1, 1, 1]))
    assert metric.compute() == pytest.approx((1.0 + 0.5) / 2)


def test_absolute_error_is_in_the_unit_of_the_labels() -> None:
    metric = MeanAbsoluteError(std=10.0)
    metric.update(torch.tensor([[0.5], [1.0]]), torch.tensor([[0.0], [2.0]]), CLIPS)
    assert metric.compute() == pytest.approx(7.5)


def test_concordance_is_1_only_where_the_numbers_agree() -> None:
    truth = torch.tensor([[0.0], [2.0]])
    for said, expected in ((truth, 1.0), (-truth + 2, -1.0), (truth + 1, 2 / 3)):  # 2 * 1 / (1 + 1 + 1)
        metric = Concordance()
        metric.update(said, truth, CLIPS)
        assert metric.compute() == pytest.approx(expected)
    metric = Concordance()
    metric.update(truth, torch.ones(2, 1), CLIPS)
    assert metric.compute() is None
