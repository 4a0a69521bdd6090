"""Branches: copies of the encoder's upper layers, which only their task reads."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from allears.encoders.exported import ExportedEncoder
from allears.encoders.whisper import WhisperEncoder
from allears.sharing.branch import Branches, branch
from allears.sharing.hard import hard
from allears.transfer.upper_layers import upper_layers

READS = {"a": "mix", "b": "mix"}
MODEL = Path(__file__).parents[3] / "src/allears/models/allears-base"


def _encoder() -> WhisperEncoder:
    torch.manual_seed(0)
    return WhisperEncoder(16, 3, 2, 0.0)


def _branches(encoder: WhisperEncoder) -> Branches:
    made = branch(reads=READS, dim=16, num_layers=4, at=1, tasks=["a"], num_heads=2)
    made.start_from(upper_layers(encoder, 1))
    return made


def test_at_the_first_step_nothing_has_changed() -> None:
    encoder = _encoder()
    hidden = encoder(0.1 * torch.randn(2, 8000), torch.tensor([8000, 5000]))
    found, shared = _branches(encoder)(hidden), hard(reads=READS, dim=16, num_layers=4)(hidden)
    for clip, frames in enumerate(hidden.num_frames.tolist()):
        for task in READS:
            torch.testing.assert_close(found[task][clip, :frames], shared[task][clip, :frames])


def test_what_a_branch_learns_the_other_tasks_do_not_hear() -> None:
    encoder = _encoder()
    sharing, hidden = _branches(encoder), encoder(0.1 * torch.randn(1, 8000))
    before = sharing(hidden)
    with torch.no_grad():
        sharing.branches["a"].layers[0].fc1.weight.mul_(0.5)
    after = sharing(hidden)
    assert not torch.allclose(before["a"], after["a"])
    torch.testing.assert_close(before["b"], after["b"], rtol=0, atol=0)


def test_the_layers_of_an_exported_model_are_taken_over() -> None:
    encoder = ExportedEncoder(MODEL, num_threads=1)
    sharing = branch(reads={"ctc": "last"}, dim=encoder.dim, num_layers=encoder.num_layers, at=4)
    sharing.start_from(upper_layers(encoder, 4))
    hidden = encoder(0.1 * torch.randn(1, 16_000), torch.tensor([16_000]))
    with torch.no_grad():
        own, shared = sharing(hidden)["ctc"], hidden.layers[-1]
    error = (own - shared).norm() / shared.norm()
    assert error < 0.1  # int8 also rounds what is multiplied


def test_an_encoder_without_such_layers_is_an_error() -> None:
    with pytest.raises(ValueError, match="has none to give: use it with the encoders"):
        upper_layers(torch.nn.Linear(1, 1), 0)
    other = branch(reads=READS, dim=16, num_layers=4, at=0, num_heads=2, hidden_dim=8)
    with pytest.raises(ValueError, match="not shaped like"):
        other.start_from(upper_layers(_encoder(), 0))


@pytest.mark.parametrize(("options", "message"), [({"at": 3}, "0 to 2, got 3"), ({"tasks": ["x"]}, "given for")])
def test_wrong_options(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        branch(reads=READS, dim=16, num_layers=4, **options)  # type: ignore[arg-type]
