"""Numbers of known cases."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from allears.parts.metrics import Accuracy, EqualErrorRate, FrameAuc, MacroF1, equal_error_rate  # noqa: E402

NO_FRAMES = torch.zeros(0)


@pytest.mark.parametrize(
    ("same", "other", "rate"),
    [
        ([0.9, 0.8], [0.1, 0.2], 0.0),
        ([0.1, 0.2], [0.8, 0.9], 1.0),
        ([0.9, 0.8, 0.7, 0.3], [0.6, 0.2, 0.1, 0.0], 0.25),  # one of four on either side
        ([0.9, 0.9, 0.9, 0.1, 0.1], [0.5, 0.4, 0.3, 0.2, 0.0], 0.4),  # the curve is flat there, from 0 to 4 of 5
        ([0.5], [0.5], 0.5),  # nothing can be told
    ],
)
def test_equal_error_rate(same: list[float], other: list[float], rate: float) -> None:
    scores = np.array(same + other)
    is_same = np.array([True] * len(same) + [False] * len(other))
    assert equal_error_rate(scores, is_same) == pytest.approx(rate)


def test_equal_error_rate_of_two_normals_is_where_their_tails_cross() -> None:
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.normal(1, 1, 20_000), rng.normal(-1, 1, 20_000)])
    assert equal_error_rate(scores, np.arange(40_000) < 20_000) == pytest.approx(0.1587, abs=0.005)  # Phi(-1)


def test_equal_error_rate_of_embeddings_needs_both_kinds_of_pairs() -> None:
    metric = EqualErrorRate()
    assert metric.compute() is None
    metric.update(torch.tensor([[1.0, 0.0]]), torch.tensor([3]), NO_FRAMES)
    assert metric.compute() is None
    metric.update(torch.tensor([[0.8, 0.6]]), torch.tensor([3]), NO_FRAMES)
    assert metric.compute() is None
    metric.update(torch.tensor([[0.0, 1.0]]), torch.tensor([5]), NO_FRAMES)
    assert metric.compute() == pytest.approx(0.0)  # 0.8 for the pair of one voice, 0.6 and 0 for the others


def test_accuracy_and_f1() -> None:
    accuracy, f1 = Accuracy(), MacroF1()
    assert accuracy.compute() is None and f1.compute() is None
    output = torch.eye(3)[[0, 0, 0, 1]]
    for metric in (accuracy, f1):
        metric.update(output[:2], torch.tensor([0, 0]), NO_FRAMES)
        metric.update(output[2:], torch.tensor([1, 1]), NO_FRAMES)
    assert accuracy.compute() == 0.75
    assert f1.compute() == pytest.approx((0.8 + 2 / 3) / 2)


def test_area_under_the_curve_over_real_frames() -> None:
    auc = FrameAuc()
    auc.update(torch.tensor([[[1.0], [2.0], [99.0]]]), torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([2]))
    assert auc.compute() is None, "only speech so far"
    auc.update(torch.tensor([[[1.5], [0.0], [0.0]]]), torch.tensor([[0.0, 0.0, 1.0]]), torch.tensor([2]))
    assert auc.compute() == pytest.approx(0.75)  # of the four pairs, only 1.0 against 1.5 is wrong
