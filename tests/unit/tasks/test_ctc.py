"""Transcripts by CTC as a task: labels, metrics, and the answer a model gives."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from allears.decode import DECODES  # noqa: E402
from allears.decode.base import WindowOutput  # noqa: E402
from allears.spec import ModelSpec  # noqa: E402
from allears.tasks.base import LabelContext, Task  # noqa: E402
from allears.tasks.ctc import ctc  # noqa: E402

CONTEXT = LabelContext(320 * 30, 32, 0.02)  # with a tail of two frames


def _says(task: Task, text: str) -> torch.Tensor:
    """(32, C) logits of that text, a blank between letters; the tail says something else."""
    units = task.label.encode({"text": text}, CONTEXT).units  # type: ignore[union-attr]
    path = [n for unit in units for n in (unit, 0)]
    rows = path + [0] * (30 - len(path)) + [1, 2]
    return 9 * torch.eye(len(task.spec.classes))[rows]


def test_what_it_says_is_counted_and_comes_out_of_the_runtime() -> None:
    task = ctc(units=("helo ann",), hidden=8)
    target = task.label.collate([task.label.encode({"text": text}, CONTEXT) for text in ("Hello, Ann!", "Ann")], 32)
    output = torch.stack([_says(task, "hello anna"), _says(task, "ann")])
    for metric in task.metrics():
        metric.update(output, target, torch.tensor([32, 32]))
        assert metric.compute() == pytest.approx({"wer": 1 / 3, "cer": 1 / 12}[metric.name])
    model = ModelSpec("m", "1", 16_000, 0.02, 0.04, 29.0, 1, 1, (task.spec,))
    heard = DECODES["ctc"]([WindowOutput(0.0, 0.6, output[0, :30].numpy())], task.spec, model)
    assert heard.text == "hello anna"


def test_it_may_be_called_transcribe() -> None:
    task = ctc(units=("ab",), name="transcribe")
    assert task.name == "transcribe"
    assert task.spec.decode["kind"] == "ctc"


def test_pieces_of_words(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="needs the extra `train`")
    from allears.parts.units import train_pieces

    pieces = train_pieces(["low and high", "low or high"], tmp_path / "p.json", size=30)
    task = ctc(pieces=str(tmp_path / "p.json"), per_frame=2, hidden=8)
    assert task.spec.classes == ("", *pieces)
    assert task.head(16)(torch.randn(1, 5, 16), torch.tensor([5])).shape == (1, 5, 2 * len(task.spec.classes))


@pytest.mark.parametrize("options", [{}, {"units": ("a",), "pieces": "p.json"}, {"units": ("a",), "per_frame": 0}])
def test_it_needs_one_alphabet(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either `units` or `pieces`"):
        ctc(**options)  # type: ignore[arg-type]
