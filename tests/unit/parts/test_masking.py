"""Spans of frames and blocks of features are taken away: about as many as asked for, in one piece each."""

from __future__ import annotations

import pytest
import torch

from allears.parts.masking import mask_spans
from allears.parts.spelling import SpellingHead
from allears.tasks.ctc import ctc


def test_about_the_share_asked_for_goes_in_spans_and_blocks() -> None:
    torch.manual_seed(0)
    counts = torch.tensor([400, 200, 100])
    left = mask_spans(torch.ones(3, 400, 64), counts, 0.2)
    frames = (left.sum(2) == 0).float()
    for row, count in zip(frames, counts.tolist(), strict=True):
        assert 0.05 < float(row[:count].mean()) < 0.35
    features = (left.sum(1) == 0).float().mean()
    assert 0.02 < float(features) < 0.4
    lengths = [len(run) for run in "".join("x" if f else " " for f in frames[0].tolist()).split()]
    assert min(lengths) >= 10
    assert set(left.unique().tolist()) == {0.0, 1.0}


def test_nothing_goes_without_a_share_or_while_it_is_used() -> None:
    torch.manual_seed(0)
    frames = torch.randn(2, 50, 8)
    assert torch.equal(mask_spans(frames, torch.tensor([50, 20]), 0.0), frames)
    head = SpellingHead(8, 5, hidden=6, body="linear", mask=0.5)
    counts = torch.tensor([50, 20])
    seen = head.eval()(frames, counts)
    assert torch.equal(seen, head(frames, counts))
    assert not torch.equal(seen, head.train()(frames, counts))


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"mask is 1\.5; it is a share"):
        ctc(units=("ab",), mask=1.5)
