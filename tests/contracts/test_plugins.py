"""Every task, sharing, balancer and encoder there is keeps its contract; a new file is found by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import nn

from allears.balance import BALANCERS
from allears.batch import Batch
from allears.data.dataset import Item, collate
from allears.decode import DECODES
from allears.decode.base import WindowOutput
from allears.encoders import ENCODERS
from allears.encoders.base import Hidden, ReadsItems
from allears.formats.plain import plain
from allears.model import MultiTaskModel
from allears.parts.clean_head import run_head
from allears.runtime.parts import TRANSCRIPT
from allears.sharing import SHARINGS
from allears.spec import ModelSpec
from allears.tasks import TASKS
from allears.tasks.base import LabelContext, Task
from allears.tasks.example import EXAMPLE_DIM, Example
from contracts.asserts import (
    assert_documented,
    assert_gap_invariant,
    assert_learns,
    assert_num_frames_true,
    assert_padding_invariant,
    assert_spec_round_trip,
)
from contracts.options import build, clips_for, example_of, two_tones

REGISTRIES = {"task": TASKS, "sharing": SHARINGS, "balance": BALANCERS, "encoder": ENCODERS}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def _model(task: Task, encoder: str = "cnn-bilstm", sharing: str = "hard") -> MultiTaskModel:
    heard = build(encoder, ENCODERS[encoder])
    reads = {task.name: task.reads}
    shared = build(sharing, SHARINGS[sharing], reads=reads, dim=heard.dim, num_layers=heard.num_layers)
    return MultiTaskModel(heard, shared, {task.name: task})


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def _task(name: str, folder: Path) -> tuple[Task, Example]:
    example = example_of(name, TASKS[name], folder)
    return TASKS[name](**example.options), example


def _batch(task: Task, example: Example, model: MultiTaskModel) -> Batch:
    """Two labelled clips around one without a label."""
    encoder = cast(Any, model.encoder)
    low, high = two_tones()
    items = []
    fields_of_each: list[Any] = [example.clips[0], {}, example.clips[1]]
    for number, (audio, fields) in enumerate(zip((low, low + high, high), fields_of_each, strict=True)):
        frames = int(encoder.num_frames(torch.tensor([len(audio)]))[0])
        hidden = np.ones(frames, bool)
        context = LabelContext(len(audio), frames, encoder.frame_shift_s, clean=audio, audio=audio, hidden=hidden)
        target = task.label.encode(fields, context)
        assert (target is None) == (number == 1), f"clip {number} of {task.name}"
        items.append(Item(f"clip{number}", audio, frames, {} if target is None else {task.name: target}))
    return collate(items, {task.name: task.label})


@pytest.mark.parametrize(("what", "name"), [(what, name) for what, names in REGISTRIES.items() for name in names])
def test_documented(what: str, name: str) -> None:
    assert_documented(REGISTRIES[what][name])


@pytest.mark.parametrize("name", list(TASKS))
def test_task_spec(name: str, folder: Path) -> None:
    task, _ = _task(name, folder)
    assert task.name == name
    assert_spec_round_trip(task.spec)


@pytest.mark.parametrize("name", list(TASKS))
def test_task_labels_are_absent_where_fields_are_and_losses_ignore_such_clips(name: str, folder: Path) -> None:
    task, example = _task(name, folder)
    model = _model(task)
    batch = _batch(task, example, model)
    assert batch.labels[name].present.tolist() == [0, 2]
    assert_gap_invariant(model, batch, name)


@pytest.mark.parametrize("name", list(TASKS))
def test_task_learns_two_clips(name: str, folder: Path) -> None:
    task, example = _task(name, folder)
    model = _model(task)
    assert_learns(model, _batch(task, example, model), name)


@pytest.mark.parametrize("encoder", list(ENCODERS))
@pytest.mark.parametrize("sharing", list(SHARINGS))
@pytest.mark.parametrize("name", ["speaker", "speech"])  # one that speaks about clips, one about frames
def test_tasks_learn_two_clips_on_any_sharing_and_encoder(name: str, sharing: str, encoder: str, folder: Path) -> None:
    if isinstance(build(encoder, ENCODERS[encoder]), ReadsItems):
        pytest.skip(f"{encoder} hears nothing")
    task, example = _task(name, folder)
    model = _model(task, encoder, sharing)
    assert_learns(model, _batch(task, example, model), name)


@pytest.mark.parametrize("name", list(TASKS))
def test_task_head_does_not_hear_padding(name: str, folder: Path) -> None:
    task, _ = _task(name, folder)
    model = _model(task).eval()
    low, high = (torch.from_numpy(tone) for tone in two_tones())
    audio, counts = torch.stack([low, high]), torch.tensor([len(low), 5_000])
    audio[1, 5_000:] = 0
    with torch.no_grad():
        short = model(audio, counts)[name]
        long = model(nn.functional.pad(audio, (0, 4_000)), counts)[name]
        frames = cast(Any, model.encoder).num_frames(counts).tolist()
    for row, count in enumerate(frames):
        one, other = short[row], long[row]
        if one.shape != other.shape:  # one answer a frame
            one, other = one[:count], other[:count]
        torch.testing.assert_close(one, other, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", list(TASKS))
def test_task_metrics_are_numbers_and_none_before_anything_is_seen(name: str, folder: Path) -> None:
    task, example = _task(name, folder)
    model = _model(task).eval()
    batch = _batch(task, example, model)
    labels = batch.labels[name]
    with torch.no_grad():
        features, frames = model.features(batch.audio, batch.num_samples, [name])
        rows = labels.present
        output = run_head(model.heads[name], features[name][rows], frames[rows], batch.audio[rows])
    metrics = task.metrics()
    assert len({metric.name for metric in metrics}) == len(metrics) > 0
    for metric in metrics:
        assert metric.compute() is None
        metric.update(output, labels.value, frames[labels.present])
        value = metric.compute()
        assert value is None or isinstance(value, float)


@pytest.mark.parametrize("name", list(TASKS))
def test_task_has_an_answer(name: str, folder: Path) -> None:
    """What the head gives is understood by the decode kind that the spec names, and JSON can hold the answer."""
    task, _ = _task(name, folder)
    if not task.is_exported:
        assert task.spec.decode["kind"] == "none"
        return
    if task.spec.decode["kind"] == TRANSCRIPT:  # a decoder of its own: tests/unit/export/test_pack.py
        assert {"cross", "vocabulary"} <= set(task.spec.decode) and task.spec.file
        return
    low, high = two_tones()
    head = task.head(EXAMPLE_DIM).eval()
    kind = str(task.spec.decode["kind"]).replace("_", "-")
    spec = ModelSpec("m", "1", 16_000, 0.02, 0.0, 30.0, 3, EXAMPLE_DIM, (task.spec,))
    windows = []
    for number, audio in enumerate((low, high)):
        count = -(-len(audio) // 320)
        with torch.no_grad():
            features, samples = torch.randn(1, count, EXAMPLE_DIM) * 3, torch.from_numpy(audio)[None]
            output = run_head(head, features, torch.tensor([count]), samples)[0].numpy()
        heard = audio if task.spec.decode.get("needs_audio") else None
        windows.append(WindowOutput(number * 0.5, 0.5, output, audio=heard))
    answer = DECODES[kind](windows, task.spec, spec)
    assert answer is not None
    assert json.loads(json.dumps(plain(answer))) is not None


@pytest.mark.parametrize("name", list(ENCODERS))
@pytest.mark.parametrize("num_samples", [1_600, 8_000, 12_345])
def test_encoder_frames(name: str, num_samples: int) -> None:
    assert_num_frames_true(build(name, ENCODERS[name]).eval(), num_samples)


@pytest.mark.parametrize("name", list(ENCODERS))
def test_encoder_padding(name: str) -> None:
    encoder = build(name, ENCODERS[name]).eval()
    assert_padding_invariant(encoder, *clips_for(encoder, (8_000, 5_555)))


@pytest.mark.parametrize("name", list(SHARINGS))
def test_sharing_gives_the_named_tasks_their_features(name: str) -> None:
    sharing = build(name, SHARINGS[name], reads={"a": "mix", "b": "last"}, dim=8, num_layers=3)
    hidden = Hidden(torch.randn(3, 2, 5, 8), torch.tensor([5, 4]))
    assert {task: f.shape for task, f in sharing(hidden).items()} == {"a": (2, 5, 8), "b": (2, 5, 8)}
    assert list(sharing(hidden, ["b"])) == ["b"]
    own = {id(p) for p in sharing.parameters()}
    assert all(id(p) in own for p in sharing.shared_parameters())


@pytest.mark.parametrize("name", list(BALANCERS))
def test_balancer_takes_any_subset_of_tasks_and_restores(name: str) -> None:
    balancer = build(name, BALANCERS[name], tasks=("a", "b", "c"))
    shared, own = nn.Parameter(torch.ones(4)), nn.Parameter(torch.ones(4))
    for present in (("a", "b", "c"), ("b",), ("c", "a")):
        shared.grad = own.grad = None
        losses = {task: (shared * own).square().sum() * (i + 1.0) for i, task in enumerate(present)}
        report = balancer.backward(losses, [shared])
        assert set(report.weights) == set(present)
        for parameter in (shared, own):
            assert parameter.grad is not None
            assert torch.isfinite(parameter.grad).all()
            assert parameter.grad.abs().sum() > 0
    again = build(name, BALANCERS[name], tasks=("a", "b", "c"))
    again.load_state_dict(balancer.state_dict())
    assert all(torch.equal(v, again.state_dict()[k]) for k, v in balancer.state_dict().items())
