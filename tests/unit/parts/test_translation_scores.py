"""BLEU and chrF over a data set."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sacrebleu", reason="needs the extra `train`")

from allears.parts.translation_scores import Bleu, ChrF  # noqa: E402

TRUE = ("the cat sat on the mat", "good morning everybody", "")
FRAMES = torch.tensor([1, 1, 1])


@pytest.mark.parametrize("score", [Bleu, ChrF])
def test_right_is_100_wrong_is_less_and_silence_is_left_out(score: type) -> None:
    values = []
    for said in (TRUE, ("the cat sat on a mat", "good evening everybody", "oh")):
        metric = score(lambda output, target: output)
        assert metric.compute() is None
        metric.update([f" {text}" for text in said], SimpleNamespace(texts=TRUE), FRAMES)
        values.append(metric.compute())
    assert values[0] == pytest.approx(100.0)
    assert 0 < values[1] < 90
