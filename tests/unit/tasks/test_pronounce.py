"""Words are spelt in the spec's alphabet, and errors are counted in its phones."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="install the extra `train`")

from allears.tasks.base import LabelContext  # noqa: E402
from allears.tasks.masked_phones import write_example_spec  # noqa: E402
from allears.tasks.pronounce import pronounce  # noqa: E402


def test_units_are_phones_and_the_rate_counts_them(tmp_path: Path) -> None:
    write_example_spec(tmp_path)
    task = pronounce(spec=str(tmp_path / "voice.json"), per_letter=2)
    context = LabelContext(3, 3, 1 / 16_000)
    assert task.label.encode({"letters": "xyz"}, context) is None
    assert task.label.encode({"pronunciation": "aQ"}, context) is None  # no such phone
    assert task.label.encode({"pronunciation": "abcabca"}, context) is None  # more than 6 slots
    target = task.label.collate([task.label.encode({"pronunciation": "abca"}, context)], 3)
    assert target.units.tolist() == [[1, 2, 3, 1]]
    said = torch.nn.functional.one_hot(torch.tensor([[1, 2, 3, 3, 0, 0]]), 4).float().reshape(1, 3, 8)  # "abc"
    (metric,) = task.metrics()
    metric.update(said, target, torch.tensor([3]))
    assert metric.compute() == pytest.approx(1 / 4)
