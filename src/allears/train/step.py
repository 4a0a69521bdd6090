"""One optimiser step: batches of the tasks whose turn it is -> losses -> balancer -> penalties -> clip -> AdamW.

In: a `TrainState` and a `Plan`. Out: the state one step further; what happened goes into a `Tally` and a `Watch`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Sequence
from typing import cast

import torch
from torch import Tensor

from allears.audio import SAMPLE_RATE
from allears.balance.base import Balancer
from allears.batch import Batch
from allears.model import TaskLosses
from allears.ranks import num_ranks, total
from allears.regimes.base import Turn
from allears.reversal import adversaries_learn
from allears.sharing.base import HasPenalty
from allears.train.device import move_batch
from allears.train.global_losses import global_task_losses
from allears.train.optim import rate_factor, set_rates
from allears.train.plan import Plan
from allears.train.state import ChoosesTasks, TrainState
from allears.train.sync import clip_gradients, sum_gradients
from allears.train.tally import Tally
from allears.train.watch import Watch

__all__ = ["draw_batch", "take_step"]

log = logging.getLogger(__name__)

MAX_REDRAWS = 20  # batches in a row without a label of an active task, after which the step goes on without


def take_step(state: TrainState, plan: Plan, device: torch.device, tally: Tally, watch: Watch) -> None:
    """One optimiser step over `plan.accumulate` batches.

    Raises:
        ValueError: a loss or gradient is not finite.
    """
    start_s = time.perf_counter()
    if state.thaw is not None:
        state.thaw(state.step)
        _ = state.model.reached  # found out by shaking the weights: now, while no graph hangs on them
    factor = rate_factor(state.step, warmup_steps=plan.warmup_steps, num_steps=plan.num_steps, schedule=plan.schedule)
    set_rates(state.optimizer, factor)
    state.optimizer.zero_grad(set_to_none=True)
    ids: list[str] = []
    heard: set[str] = set()
    active: set[str] = set()
    for part in range(plan.accumulate):
        turn = state.turn(state.step, state.step * plan.accumulate + part)
        batch = draw_batch(state, list(turn.weights), device, tally)
        ids += batch.ids
        active |= set(turn.weights)
        if part == 0:
            watch.before_backward(state, batch, turn)
        heard |= _backward(state, plan, batch, turn, tally, watch if part == 0 else None)
    sum_gradients(state.model.parameters())
    _pull(state, plan, tally)
    trained = [p for group in state.optimizer.param_groups for p in group["params"] if p.grad is not None]
    norm = clip_gradients(trained, plan.clip_norm) if trained else 0.0
    if not math.isfinite(norm):
        raise ValueError(
            f"step {state.step}: the gradient is not finite although the losses are (clips {some(ids)}); "
            "lower optim.lr, lengthen optim.warmup_steps, or set precision: fp32"
        )
    state.optimizer.step()
    state.step += 1
    if state.average is not None:
        state.average.update()
    state.heard.add(active, heard)
    tally.add_step(norm, state.optimizer.param_groups[0]["lr"], time.perf_counter() - start_s)


def draw_batch(state: TrainState, active: Sequence[str], device: torch.device, tally: Tally) -> Batch:
    """The next batch in which a clip has a label of an active task; others are drawn again, counted and told of."""
    asked_s = time.perf_counter()
    if isinstance(state.feed, ChoosesTasks):
        state.feed.prefer(active)
    batch, counts = _next(state)
    redraws = 0
    while not any(task in counts for task in active) and redraws < MAX_REDRAWS:
        redraws += 1
        batch, counts = _next(state)
    if redraws:
        tally.add_redraws(redraws)
        log.warning("step %d: drew again %d times for a label of %s", state.step, redraws, some(active))
    tally.add_wait(time.perf_counter() - asked_s)
    tally.add_labels(counts)
    return move_batch(batch, device)


def _next(state: TrainState) -> tuple[Batch, dict[str, int]]:
    """The next batch, or this process's part of it, and the labels of each task in all of it; no task without one."""
    batch = next(state.feed)
    own = dict.fromkeys(state.model.tasks, 0)
    own |= {name: labels.present.numel() for name, labels in batch.labels.items()}
    return batch, {name: int(count) for name, count in total(own).items() if count}


def some(names: Iterable[str], most: int = 10) -> str:
    """The first few of many names, for a message."""
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _backward(state: TrainState, plan: Plan, batch: Batch, turn: Turn, tally: Tally, watch: Watch | None) -> set[str]:
    """Losses of one batch and their gradients, added to `.grad`; returns the tasks that had a loss."""
    with torch.autocast(batch.audio.device.type, torch.bfloat16, enabled=plan.precision == "bf16"):
        heard = global_task_losses(state.model, batch, list(turn.weights), progress=state.step / plan.num_steps)
    tally.add_audio(total({"samples": float(batch.num_samples.sum())})["samples"] / SAMPLE_RATE)
    if not heard.losses:
        log.warning("step %d: no clip of the batch has a label of any active task (%s)", state.step, some(batch.ids))
        return set()
    values = _finite_values(heard, batch, state.step)
    losses = {
        task: loss if turn.weights[task] == 1.0 else turn.weights[task] * loss for task, loss in heard.losses.items()
    }
    shared = state.model.shared_parameters()
    if watch is not None:
        watch.conflict(state, losses, shared, heard.layers)
    _pull_features(state, plan, tally)
    with adversaries_learn(state.model.adversary_parameters() if state.model.reversals else ()):
        report = cast(Balancer, state.balancer).backward(
            losses, shared, features=heard.layers, scale=1.0 / plan.accumulate
        )
    tally.add_losses(values, report)
    return set(values)


def _finite_values(heard: TaskLosses, batch: Batch, step: int) -> dict[str, float]:
    stacked = torch.stack([loss.detach().float() for loss in heard.losses.values()]).tolist()
    values: dict[str, float] = dict(zip(heard.losses, stacked, strict=True))
    for task, value in values.items():
        if not math.isfinite(value):
            rows = batch.labels[task].present.tolist() if task in batch.labels else []  # else: another process's clips
            raise ValueError(
                f"step {step}: the loss of task {task!r} is {value} on the clips "
                f"{some([batch.ids[i] for i in rows])}; look at them with `allears data check`, lower optim.lr, "
                "or set precision: fp32"
            )
    return values


def _pull_features(state: TrainState, plan: Plan, tally: Tally) -> None:
    """The sharing's own penalty, which may be of this batch's features: before the balancer frees their graph."""
    if isinstance(state.model.sharing, HasPenalty):
        penalty = state.model.sharing.penalty(state.step / plan.num_steps)
        _add_penalty("sharing", penalty, tally, scale=1.0 / (plan.accumulate * num_ranks()))  # every process adds it


def _pull(state: TrainState, plan: Plan, tally: Tally) -> None:
    """The penalties on weights, once a step."""
    for name, regulariser in state.regularisers.items():
        _add_penalty(name, regulariser.penalty(state.step / plan.num_steps), tally)


def _add_penalty(name: str, penalty: Tensor, tally: Tally, scale: float = 1.0) -> None:
    if penalty.requires_grad:
        (scale * penalty).backward(retain_graph=True)
    tally.add_penalty(name, float(penalty.detach()))
