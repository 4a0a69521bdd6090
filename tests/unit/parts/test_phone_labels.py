"""Targets of phones: padded beside longer sentences, refused where they are of another sentence."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.parts.phone_labels import PhoneError, PhoneLabel, check_counts, mean_over_phones  # noqa: E402

LABEL = PhoneLabel(lambda prosody, context: np.zeros((1, 1), np.float32))


def test_rows_are_padded_and_counted() -> None:
    target = LABEL.collate([np.ones((2, 1), np.float32), np.full((3, 1), 2, np.float32)], max_frames=4)
    assert target.counts.tolist() == [2, 3]
    assert target.values[..., 0].tolist() == [[1, 1, 0, 0], [2, 2, 2, 0]]


def test_the_mean_is_over_a_clips_own_phones() -> None:
    error = torch.tensor([[1.0, 3.0, 99.0], [1.0, 1.0, 4.0]])
    assert mean_over_phones(error, torch.tensor([2, 3])).tolist() == [2.0, 2.0]
    metric = PhoneError("gap", lambda said, wanted: (said - wanted).abs()[:, 0])
    assert metric.compute() is None
    target = LABEL.collate([np.ones((1, 1), np.float32), np.ones((2, 1), np.float32)], max_frames=2)
    metric.update(torch.tensor([[[2.0], [50.0]], [[1.0], [4.0]]]), target, torch.tensor([1, 2]))
    assert metric.compute() == pytest.approx(4 / 3)


def test_another_sentences_file_is_refused() -> None:
    with pytest.raises(ValueError, match=r"have \[3\] phones, the encoder read \[4\]"):
        check_counts(torch.tensor([3]), torch.tensor([4]))
