"""What a model costs, against counts made by hand.

Letters: T frames, D width.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

torch = pytest.importorskip("torch")
from torch import Tensor, nn  # noqa: E402

from allears.cost import PartCost, count, table  # noqa: E402
from allears.encoders.base import Hidden  # noqa: E402
from allears.model import MultiTaskModel  # noqa: E402
from allears.sharing import SHARINGS  # noqa: E402
from allears.spec import Resolution, TaskSpec  # noqa: E402
from allears.tasks.base import Task  # noqa: E402

DIM = 4


class _Encoder(nn.Module):
    """A frame every 1000 samples: one matrix, one LSTM, two layers."""

    dim, num_layers, frame_shift_s, tail_s = DIM, 2, 1 / 16, 0.0

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(1000, DIM)
        self.lstm = nn.LSTM(DIM, DIM, batch_first=True)
        self.project.weight.requires_grad_(False)
        self.dropout = nn.Dropout(0.5)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        assert not self.training and num_samples is not None
        frames = self.project(audio.unflatten(1, (-1, 1000)))
        return Hidden(torch.stack([frames, self.lstm(frames)[0]]), num_samples // 1000)


class _Head(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.out = nn.Linear(dim, 3)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        assert num_frames.tolist() == [features.shape[1]]
        return self.out(features)


class _Label:
    def encode(self, fields: Any, context: Any) -> None:
        return None

    def collate(self, values: Any, max_frames: int) -> None:
        return None


def _model(sharing: str = "hard", **options: Any) -> MultiTaskModel:
    spec = TaskSpec("frames", Resolution.FRAME, {"kind": "segments"})
    task = Task(spec, _Label(), _Head, lambda *_: torch.zeros(1), lambda: (), reads="last")
    text = replace(task, spec=replace(spec, name="words", resolution=Resolution.TEXT))
    reads = {"frames": "last", "words": "last"}
    shared = SHARINGS[sharing](reads=reads, dim=DIM, num_layers=2, **options)
    return MultiTaskModel(_Encoder(), shared, {"frames": task, "words": text})


def test_every_part_is_counted() -> None:
    model = _model("adapters", width=3)
    model.train()
    rows = {row.part: row for row in count(model, 2.0)}
    frames = 32  # of two seconds
    lstm = 2 * frames * (4 * DIM * DIM + 4 * DIM * DIM)  # two matrices for four gates
    assert list(rows) == ["encoder", "sharing", "head:frames", "head:words"]
    assert rows["encoder"].flops == 2 * frames * 1000 * DIM + lstm
    assert rows["sharing"].flops == 2 * (2 * 2 * frames * DIM * 3)  # two tasks, down and up
    assert rows["head:frames"].flops == 2 * frames * DIM * 3
    assert rows["head:words"].flops is None, "its work depends on what is said"
    numbers = model.num_parameters()
    assert {part: row.parameters for part, row in rows.items()} == numbers
    assert rows["encoder"].trainable == numbers["encoder"] - 1000 * DIM
    assert model.training and model.encoder.training, "the model is as it was"
    assert all(p.grad is None for p in model.parameters())


def test_twice_the_clip_is_twice_the_work() -> None:
    model = _model()
    one, two = (count(model, seconds)[0].flops for seconds in (1.0, 2.0))
    assert one is not None and two == 2 * one


def test_an_encoder_that_torch_does_not_run_has_no_count() -> None:
    class Elsewhere(_Encoder):
        def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
            return Hidden(torch.zeros(2, 1, 16, DIM), torch.tensor([16]))

    model = _model()
    model.encoder = Elsewhere()
    rows = count(model, 1.0)
    assert rows[0].flops is None
    assert rows[1].flops == 0, "hard sharing of the last layer is no work, and that is known"


def test_length_must_be_above_0() -> None:
    with pytest.raises(ValueError, match="seconds must be above 0, got 0"):
        count(_model(), 0)


def test_table() -> None:
    rows = [PartCost("encoder", 1_234_567, 0, 98_765_432), PartCost("head:words", 1_000, 1_000, None)]
    assert table(rows) == (
        "| part | parameters (M) | trained (M) | GFLOP |\n"
        "|---|---:|---:|---:|\n"
        "| encoder | 1.235 | 0.000 | 0.099 |\n"
        "| head:words | 0.001 | 0.001 |  |\n"
    )
