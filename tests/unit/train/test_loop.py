"""What stops a run: losses that are no numbers; and what a batch without labels does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from allears.batch import Batch, Labels
from allears.config.build import build_balancer, build_model, build_optimizer
from allears.config.schema import Recipe
from allears.train.checkpoint import RunFolder
from allears.train.logs import RunLog, make_progress
from allears.train.loop import Plan, train
from allears.train.state import TrainState
from allears.train.stop import stop_on_signals


class OneBatch:
    """The same batch for ever."""

    epoch = 0

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @property
    def labels_seen(self) -> Mapping[str, int]:
        return {}

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        return self.batch

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


def _run(recipe: Recipe, batch: Batch, folder: Path, num_steps: int = 1) -> TrainState:
    torch.manual_seed(0)
    model, balancer = build_model(recipe), build_balancer(recipe)
    state = TrainState(model, balancer, build_optimizer(recipe, model, balancer), OneBatch(batch))
    run_log = RunLog(folder)
    try:
        train(state, Plan(num_steps), folder=RunFolder(folder), run_log=run_log, progress=make_progress(num_steps))
    finally:
        run_log.close()
    return state


def _batch(audio: torch.Tensor, present: list[int]) -> Batch:
    labels = (
        {"language": Labels(torch.zeros(len(present), dtype=torch.int64), torch.tensor(present))} if present else {}
    )
    return Batch(audio, torch.tensor([audio.shape[1]] * len(audio)), labels, ("good", "bad"))


def test_a_loss_that_is_no_number_names_task_and_clips(tmp_path: Path, make_recipe: Callable[..., Recipe]) -> None:
    audio = torch.full((2, 4000), 0.1)
    audio[1] = torch.nan
    with pytest.raises(ValueError, match=r"step 0: the loss of task 'language' is nan on the clips bad;"):
        _run(make_recipe(), _batch(audio, [1]), tmp_path)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_batch_without_labels_changes_nothing_and_is_told(
    tmp_path: Path, make_recipe: Callable[..., Recipe], caplog: pytest.LogCaptureFixture
) -> None:
    recipe = make_recipe()
    torch.manual_seed(0)
    before = build_model(recipe).state_dict()
    with caplog.at_level(logging.WARNING):
        state = _run(recipe, _batch(torch.zeros(2, 4000), []), tmp_path, num_steps=2)
    assert all(torch.equal(value, state.model.state_dict()[name]) for name, value in before.items())
    assert "no clip of the batch has a label" in caplog.text


def test_a_second_ctrl_c_stops_at_once() -> None:
    import os
    import signal

    with stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.signal_number == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
