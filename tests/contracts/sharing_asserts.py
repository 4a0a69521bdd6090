"""What every way to share must be, as named claims; `sharing` is a built module, `hidden` what an encoder gave.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.export.graphs import HeadGraph
from allears.export.onnx_files import export_head

__all__ = [
    "assert_clips_apart",
    "assert_exports",
    "assert_moves_everything",
    "assert_named_tasks_alike",
    "assert_padding_changes_nothing",
    "assert_reaches_only_its_own",
    "assert_shared_parameters_true",
    "reached",
    "shake",
]


def shake(module: nn.Module) -> None:
    """Random weights everywhere: what starts as 0 would hide every fault."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.5)


def reached(sharing: Any, hidden: Hidden, task: str) -> set[nn.Parameter]:
    """Parameters that the features of a task depend on."""
    parameters = list(sharing.parameters())
    features = sharing(hidden, [task])[task]
    if not features.requires_grad:
        return set()
    grads = torch.autograd.grad(features.square().sum(), parameters, allow_unused=True)
    return {p for p, grad in zip(parameters, grads, strict=True) if grad is not None}


def assert_named_tasks_alike(sharing: Any, hidden: Hidden, tasks: Sequence[str]) -> None:
    """A named subset gets the features that all tasks together get."""
    with torch.no_grad():
        every = sharing(hidden)
        assert set(every) == set(tasks)
        for wanted in [[task] for task in tasks] + [list(reversed(tasks))[:-1]]:
            some = sharing(hidden, wanted)
            assert set(some) == set(wanted)
            for task in wanted:
                torch.testing.assert_close(some[task], every[task], atol=1e-6, rtol=1e-6)


def assert_padding_changes_nothing(sharing: Any, hidden: Hidden) -> None:
    """More padding, with any numbers in it, leaves the features of real frames as they are."""
    assert hidden.num_frames is not None
    junk = 100.0 * torch.randn(hidden.layers.shape[0], hidden.layers.shape[1], 7, hidden.layers.shape[3])
    with torch.no_grad():
        short = sharing(hidden)
        long = sharing(Hidden(torch.cat([hidden.layers, junk], dim=2), hidden.num_frames))
        for row, count in enumerate(hidden.num_frames.tolist()):
            alone = sharing(Hidden(hidden.layers[:, row : row + 1, :count], None))
            for task in short:
                torch.testing.assert_close(short[task][row, :count], long[task][row, :count], atol=1e-4, rtol=1e-4)
                torch.testing.assert_close(short[task][row, :count], alone[task][0], atol=1e-4, rtol=1e-4)


def assert_clips_apart(sharing: Any, hidden: Hidden) -> None:
    """What else is in the batch, labelled for whatever task, changes nothing in a clip's features."""
    layers = hidden.layers.clone()
    layers[:, 1:] = 3.0 * layers[:, 1:].flip(2) + 1.0
    with torch.no_grad():
        first, second = sharing(hidden), sharing(Hidden(layers, hidden.num_frames))
    for task in first:
        torch.testing.assert_close(first[task][0], second[task][0], atol=1e-6, rtol=1e-6)
        assert not torch.allclose(first[task][1], second[task][1])


def assert_shared_parameters_true(sharing: Any, hidden: Hidden, tasks: Sequence[str]) -> None:
    """`shared_parameters` are those that the features of more than one task depend on, no more and no fewer."""
    sets = [reached(sharing, hidden, task) for task in tasks]
    counts = {p: sum(p in s for s in sets) for p in sharing.parameters()}
    names = {p: name for name, p in sharing.named_parameters()}
    stated = sharing.shared_parameters()
    assert len(stated) == len(set(stated))
    assert {names[p] for p in stated} == {names[p] for p, count in counts.items() if count > 1}


def assert_reaches_only_its_own(sharing: Any, hidden: Hidden, task: str, others: Sequence[str]) -> None:
    """A batch labelled for one task alone gives no gradient to what belongs to other tasks."""
    sharing.zero_grad(set_to_none=True)
    loss = sharing(hidden, [task])[task].square().mean()
    if loss.requires_grad:  # the encoder's output as it is has nothing to train here
        loss.backward()
    elsewhere = {p for other in others for p in reached(sharing, hidden, other)} - reached(sharing, hidden, task)
    assert all(p.grad is None for p in elsewhere)


def assert_moves_everything(sharing: Any, hidden: Hidden, targets: dict[str, Tensor]) -> None:
    """Two steps of all tasks change every parameter, also behind what starts as 0."""
    before = {name: p.detach().clone() for name, p in sharing.named_parameters()}
    optimizer = torch.optim.Adam(sharing.parameters(), lr=1e-2)
    for _ in range(2):
        optimizer.zero_grad()
        features = sharing(hidden)
        torch.stack([(features[task] - target).square().mean() for task, target in targets.items()]).sum().backward()
        optimizer.step()
    still = [name for name, p in sharing.named_parameters() if torch.equal(p, before[name])]
    assert not still, f"never moved: {still}"


def assert_exports(sharing: Any, task: str, num_layers: int, dim: int, folder: Path) -> None:
    """The exported graph of a head that passes features on gives what torch gives, at several lengths."""
    path = folder / f"{task}.onnx"
    export_head(HeadGraph(sharing, _Passing(), task), num_layers, dim, path)
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for num_frames in (2, 57, 300):
        layers = torch.randn(num_layers, 1, num_frames, dim)
        with torch.no_grad():
            truth = sharing.eval()(Hidden(layers, None), [task])[task].numpy()
        found = session.run(["output"], {"layers": layers.numpy()})[0]
        np.testing.assert_allclose(found, truth, atol=1e-4 * float(np.abs(truth).max()), rtol=0)


class _Passing(nn.Module):
    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        return features
