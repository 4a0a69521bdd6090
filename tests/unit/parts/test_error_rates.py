"""Word and character error rates."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("jiwer", reason="needs the extra `train`")

from allears.parts.error_rates import ErrorRate  # noqa: E402


@pytest.mark.parametrize(("name", "expected"), [("wer", 1 / 4), ("cer", 1 / 18)])
def test_case_commas_and_silence_are_left_out(name: str, expected: float) -> None:
    metric = ErrorRate(name, lambda output, target: output)  # type: ignore[arg-type]
    assert metric.compute() is None
    target = SimpleNamespace(texts=("Hello, Ann!", "It's late.", "..."))
    metric.update(["hello anne", "it's late", "what"], target, torch.tensor([1, 1, 1]))
    assert metric.compute() == pytest.approx(expected)
    assert not metric.higher_is_better
