"""What every plug-in must be, as named claims.

Letters: B clips, S samples, T frames, D width, L layers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from allears.batch import Batch, Labels
from allears.encoders.base import some_input
from allears.model import MultiTaskModel
from allears.spec import ModelSpec, TaskSpec

__all__ = [
    "assert_documented",
    "assert_gap_invariant",
    "assert_learns",
    "assert_num_frames_true",
    "assert_padding_invariant",
    "assert_spec_round_trip",
]


def assert_documented(builder: Callable[..., Any]) -> None:
    """Builder and module say what they are."""
    module = inspect.getmodule(builder)
    assert module is not None
    assert (builder.__doc__ or "").strip()
    assert (module.__doc__ or "").strip()


def assert_spec_round_trip(spec: TaskSpec) -> None:
    """A spec survives the model file."""
    model = ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 3, 8, (spec,))
    back = ModelSpec.from_json(model.to_json())
    assert back.to_json() == model.to_json()
    assert back.tasks[0].classes == spec.classes


def assert_num_frames_true(encoder: Any, num_samples: int) -> None:
    """`num_frames` says how many frames there will be."""
    audio = some_input(encoder, 1, num_samples / 16_000)
    counts = torch.tensor([audio.shape[1]])
    with torch.no_grad():
        hidden = encoder(audio, counts)
    assert hidden.layers.shape[0] == encoder.num_layers
    assert hidden.layers.shape[2:] == (int(encoder.num_frames(counts)[0]), encoder.dim)
    assert hidden.num_frames.tolist() == encoder.num_frames(counts).tolist()


def assert_padding_invariant(model: nn.Module, audio: torch.Tensor, num_samples: torch.Tensor) -> None:
    """Longer padding gives the same frames of the clips, to 1e-4; `model(audio, num_samples) -> Hidden`."""
    with torch.no_grad():
        short = model(audio, num_samples)
        beyond = audio.new_zeros(len(audio), 7_777 if audio.is_floating_point() else 7, *audio.shape[2:])
        long = model(torch.cat([audio, beyond], dim=1), num_samples)
    assert short.num_frames.tolist() == long.num_frames.tolist()
    for row, count in enumerate(short.num_frames.tolist()):
        torch.testing.assert_close(short.layers[:, row, :count], long.layers[:, row, :count], atol=1e-4, rtol=0)


def assert_gap_invariant(model: MultiTaskModel, batch: Batch, task: str) -> None:
    """A clip without the label changes nothing: other sound in its row leaves the loss the same to the last bit."""
    labels = batch.labels[task]
    first = Batch(batch.audio, batch.num_samples, {task: Labels(labels.value, labels.present)}, batch.ids)
    unlabelled = sorted(set(range(len(batch.audio))) - set(labels.present.tolist()))
    assert unlabelled, "the batch must hold a clip without the label"
    audio = batch.audio.clone()
    audio[unlabelled] = audio[unlabelled].flip(1) * 0.5
    model.eval()
    with torch.no_grad():
        assert torch.equal(model.losses(first)[task], model.losses(replace(first, audio=audio))[task])
        assert model.losses(replace(first, labels={})) == {}


def assert_learns(model: MultiTaskModel, batch: Batch, task: str, num_steps: int = 25) -> None:
    """The loss is finite and falls on two clips."""
    torch.manual_seed(0)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=3e-3)
    losses = []
    model.eval()  # no dropout: the claim is about the gradient
    for _ in range(num_steps):
        loss = model.losses(batch)[task]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert all(torch.isfinite(torch.tensor(losses))), losses
    assert losses[-1] < 0.9 * losses[0], losses
