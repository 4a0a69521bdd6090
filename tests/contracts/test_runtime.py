"""Every task there is, in one model: trained side -> model folder -> runtime, without a list of tasks anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from allears.encoders import ENCODERS
from allears.export.pack import About, pack
from allears.formats.plain import plain
from allears.model import MultiTaskModel
from allears.runtime.parts import TRANSCRIPT
from allears.runtime.session import Session
from allears.sharing import SHARINGS
from allears.tasks import TASKS
from contracts.options import build, example_of, two_tones

_NUM_TASKS_LEAST = 15


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MultiTaskModel:
    """All tasks, with random weights."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("examples")
    tasks = {name: TASKS[name](**example_of(name, TASKS[name], folder).options) for name in TASKS}
    encoder = build("cnn-bilstm", ENCODERS["cnn-bilstm"])
    reads = {name: task.reads for name, task in tasks.items()}
    sharing = build("hard", SHARINGS["hard"], reads=reads, dim=encoder.dim, num_layers=encoder.num_layers)
    return MultiTaskModel(encoder, sharing, tasks).eval()


@pytest.mark.slow  # exports a graph a task: about a minute
def test_every_answer_comes_out_of_the_runtime_as_the_network_gave_it(model: MultiTaskModel, tmp_path: Path) -> None:
    spec = pack(model, tmp_path / "model", About("all", "1"), is_int8=False)
    names = [name for name, task in model.tasks.items() if task.is_exported]
    assert [task.name for task in spec.tasks] == names and len(names) >= _NUM_TASKS_LEAST
    session = Session(tmp_path / "model", num_threads=1, voices=tmp_path / "voices")
    low, high = two_tones()
    audio = low + high
    result = session.hear(audio)
    assert set(result.answers) == set(names)
    with torch.no_grad():
        outputs: dict[str, Any] = model(torch.from_numpy(audio)[None], torch.tensor([len(audio)]))
    layers = session._parts.encode(audio)
    for task in spec.tasks:
        assert plain(result.answers[task.name]) is not None, task.name
        if task.decode["kind"] == TRANSCRIPT:
            continue
        wanted = outputs[task.name][0].numpy()
        np.testing.assert_allclose(session._parts.head(task.name, layers, audio), wanted, atol=1e-3, err_msg=task.name)
    assert len(result.answers["clean"].samples) == len(audio)
