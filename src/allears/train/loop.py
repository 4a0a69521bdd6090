"""The training loop: batch -> losses -> balancer -> clip -> AdamW, with everything that happens around a step.

In: a `TrainState` and plain settings. Out: checkpoints and logs in the run's folder; the state, trained.
A run that was killed and taken up again gives the same losses to the last bit as one that was not.

Letters: B clips, S samples, P clips that carry a label.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import nn

from allears.audio import SAMPLE_RATE
from allears.balance.base import Balancer
from allears.batch import Batch
from allears.train.checkpoint import RunFolder
from allears.train.device import move_batch
from allears.train.evaluate import Scores, evaluate, higher_is_better, pick
from allears.train.logs import Progress, RunLog
from allears.train.optim import Schedule, rate_factor, set_rates
from allears.train.state import TrainState
from allears.train.stop import StopFlag
from allears.train.tally import Tally

__all__ = ["Outcome", "Plan", "train"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """How to step, and how often to do what else; the fields mean what the recipe's of the same name do."""

    num_steps: int
    warmup_steps: int = 0
    schedule: Schedule = "cosine"
    accumulate: int = 1
    clip_norm: float = 1.0
    precision: Literal["fp32", "bf16"] = "fp32"
    log_every_steps: int = 20
    evaluate_every_steps: int = 500
    checkpoint_every_steps: int = 500
    best: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        step: steps done.
        is_finished: all of them.
        signal_number: who stopped it; None if nobody did.
        scores: of the last evaluation; empty if there was none.
    """

    step: int
    is_finished: bool
    signal_number: int | None
    scores: Scores


def train(
    state: TrainState,
    plan: Plan,
    *,
    folder: RunFolder,
    run_log: RunLog,
    progress: Progress,
    dev: Iterable[Batch] | None = None,
    device: torch.device | None = None,
    stop: StopFlag | None = None,
    until: int | None = None,
) -> Outcome:
    """Train from `state.step` to `plan.num_steps`, or to `until` if that comes first, or until `stop` is set.

    Raises:
        ValueError: a loss or gradient is not finite (the message names task and clips), or `plan.best` is no metric.
    """
    is_higher = higher_is_better(state.model, plan.best) if plan.best else False
    device, stop = device or torch.device("cpu"), stop or StopFlag()
    tally, scores = Tally(), Scores()
    _set_modes(state.model)
    end = plan.num_steps if until is None else min(until, plan.num_steps)
    while state.step < end and not stop.is_set:
        _step(state, plan, device, tally)
        is_last = state.step == end
        if state.step % plan.log_every_steps == 0 or is_last:
            record = tally.take()
            run_log.write(
                "train", state.step, epoch=state.feed.epoch, labels_seen=dict(state.feed.labels_seen), **record
            )
            progress.advance(state.step, _summary(record["losses"]))
        else:
            progress.advance(state.step, "")
        is_best = False
        if dev is not None and (state.step % plan.evaluate_every_steps == 0 or is_last):
            scores = _evaluate(state, dev, device)
            is_best = _is_better(state, scores, plan.best, is_higher)
            run_log.write("evaluate", state.step, scores=scores, is_best=is_best)
            progress.say(f"step {state.step}  dev: {_scores_text(scores)}{'  (best)' if is_best else ''}")
        if state.step % plan.checkpoint_every_steps == 0 or is_last or stop.is_set:
            folder.save(state.state_dict(), is_best=is_best)
        elif is_best:
            folder.save_best(state.state_dict())
    return Outcome(state.step, state.step >= plan.num_steps, stop.signal_number, scores)


def _set_modes(model: nn.Module) -> None:
    """Train mode; a wholly frozen encoder stays in eval mode, so that it is the encoder that was pretrained."""
    model.train()
    encoder = model.encoder
    assert isinstance(encoder, nn.Module)
    if not any(p.requires_grad for p in encoder.parameters()):
        encoder.eval()


def _step(state: TrainState, plan: Plan, device: torch.device, tally: Tally) -> None:
    """One optimiser step over `plan.accumulate` batches."""
    start_s = time.perf_counter()
    factor = rate_factor(state.step, warmup_steps=plan.warmup_steps, num_steps=plan.num_steps, schedule=plan.schedule)
    set_rates(state.optimizer, factor)
    state.optimizer.zero_grad(set_to_none=True)
    ids: list[str] = []
    for _ in range(plan.accumulate):
        asked_s = time.perf_counter()
        batch = next(state.feed)
        tally.add_wait(time.perf_counter() - asked_s)
        ids += batch.ids
        _backward(state, plan, move_batch(batch, device), tally)
    trained = [p for group in state.optimizer.param_groups for p in group["params"] if p.grad is not None]
    norm = float(nn.utils.clip_grad_norm_(trained, plan.clip_norm)) if trained else 0.0
    if not math.isfinite(norm):
        raise ValueError(
            f"step {state.step}: the gradient is not finite although the losses are (clips {_some(ids)}); "
            "lower optim.lr, lengthen optim.warmup_steps, or set precision: fp32"
        )
    state.optimizer.step()
    state.step += 1
    if state.average is not None:
        state.average.update()
    tally.add_step(norm, state.optimizer.param_groups[0]["lr"], time.perf_counter() - start_s)


def _backward(state: TrainState, plan: Plan, batch: Batch, tally: Tally) -> None:
    """Losses of one batch and their gradients, added to `.grad`."""
    with torch.autocast(batch.audio.device.type, torch.bfloat16, enabled=plan.precision == "bf16"):
        heard = state.model.task_losses(batch)
    losses = heard.losses
    tally.add_audio(float(batch.num_samples.sum()) / SAMPLE_RATE)
    if not losses:
        log.warning("step %d: no clip of the batch has a label of any task (%s)", state.step, _some(batch.ids))
        return
    values = dict(zip(losses, torch.stack([loss.detach().float() for loss in losses.values()]).tolist(), strict=True))
    for task, value in values.items():
        if not math.isfinite(value):
            rows = batch.labels[task].present.tolist()
            raise ValueError(
                f"step {state.step}: the loss of task {task!r} is {value} on the clips "
                f"{_some([batch.ids[i] for i in rows])}; look at them with `allears data check`, lower optim.lr, "
                "or set precision: fp32"
            )
    report = cast(Balancer, state.balancer).backward(
        losses, state.model.shared_parameters(), features=heard.layers, scale=1.0 / plan.accumulate
    )
    tally.add_losses(values, report)


def _evaluate(state: TrainState, dev: Iterable[Batch], device: torch.device) -> Scores:
    if state.average is None:
        return evaluate(state.model, dev, device=device)
    with state.average.applied():
        return evaluate(state.model, dev, device=device)


def _is_better(state: TrainState, scores: Scores, best: str | None, is_higher: bool) -> bool:
    """Whether the watched number is the best so far; `state.best` is kept up to date."""
    if best is None:
        return False
    value = pick(scores, best)
    if value is None:
        log.warning("step %d: the dev clips give no %s", state.step, best)
        return False
    if state.best is not None and (value <= state.best if is_higher else value >= state.best):
        return False
    state.best = value
    return True


def _summary(losses: dict[str, float]) -> str:
    return "  ".join(f"{task} {value:.4f}" for task, value in losses.items())


def _scores_text(scores: Scores) -> str:
    parts = []
    for task, values in scores.items():
        numbers = " ".join(f"{name} {value:.4g}" for name, value in values.items() if name != "num_clips")
        parts.append(f"{task}: {numbers}")
    return "; ".join(parts)


def _some(ids: Iterable[str], most: int = 10) -> str:
    ids = list(ids)
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")
